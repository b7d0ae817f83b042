using Microsoft.Playwright;
using Xunit;

namespace FireAndForget.Tests.Hosting;

/// <summary>A service with the page, and a browser to look at it with; skipped where there is none.</summary>
public abstract class BrowserTest : IAsyncLifetime
{
    private static readonly string[] Programs =
    [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    private protected PageService Service { get; } = new();

    /// <summary>What the browser's console has of errors.</summary>
    protected List<string> Problems { get; } = [];

    public async ValueTask InitializeAsync()
    {
        string? program = Programs.FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "There is no Chromium on this machine (on Debian: apt-get install chromium).");
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = ["--no-sandbox"] });
    }

    public async ValueTask DisposeAsync()
    {
        await (_browser?.CloseAsync() ?? Task.CompletedTask);
        _playwright?.Dispose();
        await Service.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens the page in a window of its own.</summary>
    protected async Task<IPage> OpenAsync(string hash = "", BrowserNewContextOptions? options = null)
    {
        IBrowserContext context = await _browser!.NewContextAsync(options);
        IPage page = await context.NewPageAsync();
        page.SetDefaultTimeout((float)TestService.Patience.TotalMilliseconds);
        Assertions.SetDefaultExpectTimeout((float)TestService.Patience.TotalMilliseconds);
        // What the content policy keeps out is an error of the console, too.
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.Contains("favicon", StringComparison.Ordinal))
            {
                Problems.Add(message.Text);
            }
        };
        page.PageError += (_, error) => Problems.Add(error);
        // As text, because a Uri would mend an address that is none.
        await page.GotoAsync($"{Service.Address}faf/{hash}", new() { WaitUntil = WaitUntilState.Commit });
        return page;
    }
}
