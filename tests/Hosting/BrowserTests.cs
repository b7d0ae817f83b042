using FireAndForget.AspNetCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Xunit;

namespace FireAndForget.Tests.Hosting;

/// <summary>The page in a real browser: that it loads, goes on by itself, filters, works by keyboard and on a phone, and believes nobody.</summary>
public sealed class BrowserTests : IAsyncLifetime
{
    /// <summary>Writes what it was sent to its standard output, and rejects it.</summary>
    private const string Writer = """
        (module
          (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 1)
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
          (func (export "handle-message") (param i32 i32) (param $text i32) (param $length i32) (result i32)
            (i32.store8 (i32.add (local.get $text) (local.get $length)) (i32.const 10))
            (i32.store (i32.const 8) (local.get $text))
            (i32.store (i32.const 12) (i32.add (local.get $length) (i32.const 1)))
            (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 16)))
            (i32.const 7)))
        """;

    private static readonly string[] Programs =
    [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
    ];

    private readonly PageService _service = new();
    private readonly List<string> _problems = [];
    private IPlaywright? _playwright;
    private IBrowser? _browser;

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
        await _service.DisposeAsync();
    }

    [Fact]
    public async Task Page_WhileMessagesFlow_ShowsThemByItself()
    {
        await _service.StartAsync();
        IPage page = await OpenAsync();
        await Assertions.Expect(page.Locator("#receivers")).ToContainTextAsync("mirror");

        _service.Client.Send("mirror", [0]);

        ILocator mirror = page.Locator("#receivers tr", new() { HasText = "mirror" });
        await Assertions.Expect(mirror.Locator("td").Nth(4)).ToHaveTextAsync("1");
        // The message, and the answer to it.
        await Assertions.Expect(page.Locator("#graph path.edge.flows")).ToHaveCountAsync(2);
        await page.GetByText("The rates as a table").ClickAsync();
        await Assertions.Expect(page.Locator("#flows tr")).ToHaveCountAsync(2);
        Assert.Empty(_problems);
    }

    [Fact]
    public async Task Page_Filters_LeaveWhatTheySay()
    {
        await _service.StartAsync();
        IPage page = await OpenAsync();
        _service.Client.Send("mirror", [7]);
        _service.Client.Send("nobody", [7]);
        await Assertions.Expect(page.Locator("#events tr")).ToHaveCountAsync(2);

        await page.Locator("#kind-filter").SelectOptionAsync("dead-letter");
        await Assertions.Expect(page.Locator("#events tr")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("#events tr")).ToContainTextAsync("rejected");
        await page.Locator("#kind-filter").SelectOptionAsync("");
        await page.Locator("#event-filter").FillAsync("nobody");
        await Assertions.Expect(page.Locator("#events tr")).ToContainTextAsync("target-not-found");
        await page.Locator("#id-filter").FillAsync("mirr");
        await Assertions.Expect(page.Locator("#receivers tr")).ToHaveCountAsync(1);
        Assert.Empty(_problems);
    }

    /// <summary>What guests and senders can choose stays text: ids of targets, output, reasons.</summary>
    [Fact]
    public async Task Page_HostileTexts_StayText()
    {
        await _service.StartAsync(faf =>
            faf.AddComponent("writer", ComponentSource.FromText(Writer)).AddEndpoint("client", _ => { })
        );
        const string Hostile = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>";
        _service.Client.Send("writer", System.Text.Encoding.UTF8.GetBytes(Hostile));
        _service.Client.Send(Hostile, [1]);
        IPage page = await OpenAsync();
        await Assertions.Expect(page.Locator("#events")).ToContainTextAsync("<img src=x");

        await page.Locator("#receivers a", new() { HasText = "writer" }).ClickAsync();
        await Assertions.Expect(page.Locator("#one-log")).ToContainTextAsync("<script>document.title='taken'</script>");

        Assert.Equal(0, await page.Locator("img").CountAsync());
        Assert.Equal(1, await page.Locator("script").CountAsync());
        Assert.Equal("FireAndForget", await page.TitleAsync());
        Assert.Empty(_problems);
    }

    [Fact]
    public async Task Page_OfAComponent_ShowsItsLimitsAndWhatItIs()
    {
        await _service.StartAsync();
        IPage page = await OpenAsync("#id=mirror");

        await Assertions.Expect(page.Locator("#one-id")).ToHaveTextAsync("mirror");
        await Assertions.Expect(page.Locator("#one-limits")).ToContainTextAsync("67,108,864 bytes");
        await Assertions.Expect(page.Locator("#one-sends-to li")).ToHaveTextAsync("client ");
        await Assertions.Expect(page.Locator("#one-inspection")).ToContainTextAsync("host-messaging.send");
        await Assertions.Expect(page.Locator("#one-log")).ToContainTextAsync("Component mirror was loaded");
        // It may only be looked at.
        await Assertions.Expect(page.Locator("#one button")).ToHaveCountAsync(0);
        Assert.Empty(_problems);
    }

    [Fact]
    public async Task Page_WithAPolicy_RestartsReplacesRevokesAndSaysWhoMayNot()
    {
        await _service.StartAsync(configurePage: o => o.ActionsPolicy = "operators");
        IPage page = await OpenAsync("#id=mirror");
        await page.GetByRole(AriaRole.Button, new() { Name = "Restart" }).ClickAsync();
        await Assertions.Expect(page.Locator("#one-result")).ToHaveTextAsync("restart: you may not");
        _problems.Clear();

        await page.Context.SetExtraHTTPHeadersAsync([new("User", "operator")]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Restart" }).ClickAsync();
        await Assertions.Expect(page.Locator("#one-result")).ToHaveTextAsync("restart: done");
        await Assertions.Expect(page.Locator("#one-log")).ToContainTextAsync("got a fresh instance");
        await page.Locator("#replacement").SetInputFilesAsync(TestService.Fixture("rejecting-handler.wat"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Replace", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("#one-result")).ToHaveTextAsync("replace: done");
        await page.GetByRole(AriaRole.Button, new() { Name = "revoke client" }).ClickAsync();
        await Assertions.Expect(page.Locator("#one-sends-to")).ToHaveTextAsync("nobody");

        _service.Client.Send("mirror", [0]);
        await _service.Host.DrainAsync(TestContext.Current.CancellationToken);
        Assert.True(_service.Host.TryGetComponent("mirror", out Component? mirror));
        Assert.Equal(1, mirror.Statistics.Rejected);
        Assert.Empty(mirror.SendsTo);
        Assert.Empty(_problems);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Page_OnAPhone_FitsInBothSchemes(ColorScheme scheme)
    {
        await _service.StartAsync();
        IPage page = await OpenAsync(
            options: new()
            {
                ViewportSize = new() { Width = 360, Height = 740 },
                ColorScheme = scheme,
            }
        );
        await Assertions.Expect(page.Locator("#graph svg a")).ToHaveCountAsync(2);

        Assert.True(
            await page.EvaluateAsync<bool>(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            )
        );
        string back = await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
        Assert.Equal(scheme == ColorScheme.Dark ? "rgb(20, 23, 31)" : "rgb(255, 255, 255)", back);
        Assert.Empty(_problems);
    }

    [Fact]
    public async Task Page_ByKeyboard_LeadsToAComponentAndBack()
    {
        await _service.StartAsync();
        IPage page = await OpenAsync();
        ILocator link = page.Locator("#receivers a", new() { HasText = "mirror" });
        await Assertions.Expect(link).ToBeVisibleAsync();
        // Another state comes meanwhile, and takes the focus from nobody.
        await link.FocusAsync();
        _service.Client.Send("mirror", [0]);
        await Assertions.Expect(page.Locator("#totals")).ToContainTextAsync("2 handled");
        await Assertions.Expect(link).ToBeFocusedAsync();

        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#one-id")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Shift+Tab");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#receivers")).ToBeVisibleAsync();
        Assert.Empty(_problems);
    }

    /// <summary>Takes the picture of README: the plug-ins of examples/plugin-service at work. Only for <c>--target=Docs</c>.</summary>
    [Fact]
    public async Task Documents_ThePicture_IsTakenAnew()
    {
        string? docs = Environment.GetEnvironmentVariable("FAF_WRITE_DOCS");
        Assert.SkipWhen(docs is null, "Only --target=Docs takes the picture.");
        await _service.StartAsync(faf =>
            faf.AddPlugins(
                    Path.Combine(AppContext.BaseDirectory, "plugins"),
                    plugins =>
                        plugins
                            .For("*", c => (c.SendsTo, c.Restart.Max) = (["journal"], 1000))
                            .For("relay.*", c => c.SendsTo.Add("mirror"))
                )
                .AddEndpoint("journal", _ => { })
                .AddEndpoint("http")
        );
        using CancellationTokenSource enough = new();
        Task traffic = Task.Run(() => SendAsync(_service.Sender("http"), enough.Token), CancellationToken.None);
        IPage page = await OpenAsync(
            options: new()
            {
                ViewportSize = new() { Width = 1000, Height = 1100 },
            }
        );
        // Enough for the rates of a whole second.
        for (int i = 0; i < 3; i++)
        {
            string before = await page.Locator("#totals").InnerTextAsync();
            await Assertions.Expect(page.Locator("#totals")).Not.ToHaveTextAsync(before);
        }

        await page.ScreenshotAsync(new() { Path = Path.Combine(docs!, "page.png") });
        await enough.CancelAsync();
        await traffic;

        static async Task SendAsync(MessagingEndpoint http, CancellationToken enough)
        {
            for (int i = 0; !enough.IsCancellationRequested; i++)
            {
                http.Send("relay", "hello"u8);
                http.Send(i % 4 == 0 ? "critic" : "mirror", i % 40 == 0 ? "no"u8 : "a text"u8);
                if (i % 400 == 0)
                {
                    http.Send("critic", []);
                    http.Send("nobody", "hello"u8);
                }

                await Task.Delay(2, CancellationToken.None);
            }
        }
    }

    private async Task<IPage> OpenAsync(string hash = "", BrowserNewContextOptions? options = null)
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
                _problems.Add(message.Text);
            }
        };
        page.PageError += (_, error) => _problems.Add(error);
        await page.GotoAsync(
            new Uri(_service.Address, $"faf/{hash}").ToString(),
            new() { WaitUntil = WaitUntilState.Commit }
        );
        return page;
    }
}
