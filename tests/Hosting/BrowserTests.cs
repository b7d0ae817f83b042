using FireAndForget.AspNetCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Xunit;

namespace FireAndForget.Tests.Hosting;

/// <summary>The page in a real browser: that it loads, goes on by itself, filters, works by keyboard and on a phone, and believes nobody.</summary>
public sealed class BrowserTests : BrowserTest
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

    [Fact]
    public async Task Page_WhileMessagesFlow_ShowsThemByItself()
    {
        await Service.StartAsync();
        IPage page = await OpenAsync();
        await Assertions.Expect(page.Locator("#receivers")).ToContainTextAsync("mirror");

        Service.Client.Send("mirror", [0]);

        ILocator mirror = page.Locator("#receivers tr", new() { HasText = "mirror" });
        await Assertions.Expect(mirror.Locator("td").Nth(4)).ToHaveTextAsync("1");
        // The message, and the answer to it.
        await Assertions.Expect(page.Locator("#graph path.edge.flows")).ToHaveCountAsync(2);
        await page.GetByText("The rates as a table").ClickAsync();
        await Assertions.Expect(page.Locator("#flows tr")).ToHaveCountAsync(2);
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Page_Filters_LeaveWhatTheySay()
    {
        await Service.StartAsync();
        IPage page = await OpenAsync();
        Service.Client.Send("mirror", [7]);
        Service.Client.Send("nobody", [7]);
        await Assertions.Expect(page.Locator("#events tr")).ToHaveCountAsync(2);

        await page.Locator("#kind-filter").SelectOptionAsync("dead-letter");
        await Assertions.Expect(page.Locator("#events tr")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("#events tr")).ToContainTextAsync("rejected");
        await page.Locator("#kind-filter").SelectOptionAsync("");
        await page.Locator("#event-filter").FillAsync("nobody");
        await Assertions.Expect(page.Locator("#events tr")).ToContainTextAsync("target-not-found");
        await page.Locator("#id-filter").FillAsync("mirr");
        await Assertions.Expect(page.Locator("#receivers tr")).ToHaveCountAsync(1);
        Assert.Empty(Problems);
    }

    /// <summary>What guests and senders can choose stays text: ids of targets, output, reasons.</summary>
    [Fact]
    public async Task Page_HostileTexts_StayText()
    {
        await Service.StartAsync(faf =>
            faf.AddComponent("writer", ComponentSource.FromText(Writer)).AddEndpoint("client", _ => { })
        );
        const string Hostile = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>";
        Service.Client.Send("writer", System.Text.Encoding.UTF8.GetBytes(Hostile));
        Service.Client.Send(Hostile, [1]);
        IPage page = await OpenAsync();
        await Assertions.Expect(page.Locator("#events")).ToContainTextAsync("<img src=x");

        await page.Locator("#receivers a", new() { HasText = "writer" }).ClickAsync();
        await Assertions.Expect(page.Locator("#one-log")).ToContainTextAsync("<script>document.title='taken'</script>");

        Assert.Equal(0, await page.Locator("img").CountAsync());
        Assert.Equal(2, await page.Locator("script").CountAsync());
        Assert.Equal("FireAndForget", await page.TitleAsync());
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Page_OfAComponent_ShowsItsLimitsAndWhatItIs()
    {
        await Service.StartAsync();
        IPage page = await OpenAsync("#id=mirror");

        await Assertions.Expect(page.Locator("#one-id")).ToHaveTextAsync("mirror");
        await Assertions.Expect(page.Locator("#one-limits")).ToContainTextAsync("67,108,864 bytes");
        await Assertions.Expect(page.Locator("#one-sends-to li")).ToHaveTextAsync("client ");
        await Assertions.Expect(page.Locator("#one-inspection")).ToContainTextAsync("host-messaging.send");
        await Assertions.Expect(page.Locator("#one-log")).ToContainTextAsync("Component mirror was loaded");
        // It may only be looked at.
        await Assertions.Expect(page.Locator("#one button")).ToHaveCountAsync(0);
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Page_WithAPolicy_RestartsReplacesRevokesAndSaysWhoMayNot()
    {
        await Service.StartAsync(configurePage: o => o.ActionsPolicy = "operators");
        IPage page = await OpenAsync("#id=mirror");
        await page.GetByRole(AriaRole.Button, new() { Name = "Restart" }).ClickAsync();
        await Assertions.Expect(page.Locator("#one-result")).ToHaveTextAsync("restart: you may not");
        Problems.Clear();

        await page.Context.SetExtraHTTPHeadersAsync([new("User", "operator")]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Restart" }).ClickAsync();
        await Assertions.Expect(page.Locator("#one-result")).ToHaveTextAsync("restart: done");
        await Assertions.Expect(page.Locator("#one-log")).ToContainTextAsync("got a fresh instance");
        await page.Locator("#replacement").SetInputFilesAsync(TestService.Fixture("rejecting-handler.wat"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Replace", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("#one-result")).ToHaveTextAsync("replace: done");
        await page.GetByRole(AriaRole.Button, new() { Name = "revoke client" }).ClickAsync();
        await Assertions.Expect(page.Locator("#one-sends-to")).ToHaveTextAsync("nobody");

        Service.Client.Send("mirror", [0]);
        await Service.Host.DrainAsync(TestContext.Current.CancellationToken);
        Assert.True(Service.Host.TryGetComponent("mirror", out Component? mirror));
        Assert.Equal(1, mirror.Statistics.Rejected);
        Assert.Empty(mirror.SendsTo);
        Assert.Empty(Problems);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Page_OnAPhone_FitsInBothSchemes(ColorScheme scheme)
    {
        await Service.StartAsync();
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
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Page_ByKeyboard_LeadsToAComponentAndBack()
    {
        await Service.StartAsync();
        IPage page = await OpenAsync();
        ILocator link = page.Locator("#receivers a", new() { HasText = "mirror" });
        await Assertions.Expect(link).ToBeVisibleAsync();
        // Another state comes meanwhile, and takes the focus from nobody.
        await link.FocusAsync();
        Service.Client.Send("mirror", [0]);
        await Assertions.Expect(page.Locator("#totals")).ToContainTextAsync("2 handled");
        await Assertions.Expect(link).ToBeFocusedAsync();

        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#one-id")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Shift+Tab");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#receivers")).ToBeVisibleAsync();
        Assert.Empty(Problems);
    }

    [Theory]
    [InlineData("#id=%")]
    [InlineData("#id=%E4%A")]
    public async Task Page_AtAnAddressThatIsNone_ShowsAll(string address)
    {
        await Service.StartAsync();
        IPage page = await OpenAsync(address);

        await Assertions.Expect(page.Locator("#receivers")).ToContainTextAsync("mirror");
        Assert.Empty(Problems);
    }

    /// <summary>A browser gives an event stream up at any answer but 200.</summary>
    [Fact]
    public async Task Page_WhereTooManyWatch_TriesAgainUntilThereIsRoom()
    {
        await Service.StartAsync();
        using HttpClient client = new() { BaseAddress = Service.Address };
        List<HttpResponseMessage> watching = await PageService.WatchAsync(client, 32);
        IPage page = await OpenAsync();
        await Assertions.Expect(page.Locator("#totals")).ToContainTextAsync("trying again");

        watching.ForEach(response => response.Dispose());

        await Assertions.Expect(page.Locator("#receivers")).ToContainTextAsync("mirror");
    }

    [Fact]
    public async Task Page_OfMoreThanAreListed_FiltersThemAll()
    {
        await Service.StartAsync();
        for (int i = 0; i < 510; i++)
        {
            Service.Host.AddEndpoint($"endpoint-{i}");
        }

        IPage page = await OpenAsync();
        // The last one by its id, which is in no list without a filter.
        await page.Locator("#id-filter").FillAsync("endpoint-99");
        await Assertions.Expect(page.Locator("#shown")).ToHaveTextAsync("1 of 512");
        await Assertions.Expect(page.Locator("#receivers")).ToContainTextAsync("endpoint-99");
        await page.Locator("#id-filter").FillAsync("endpoint");
        await Assertions
            .Expect(page.Locator("#shown"))
            .ToHaveTextAsync("500 of 512; only the first 500 are looked through");
        await page.Locator("#id-filter").FillAsync("");
        await Assertions
            .Expect(page.Locator("#shown"))
            .ToHaveTextAsync("501 of 512; only the first 501 are looked through");
        Assert.Empty(Problems);
    }

    /// <summary>Takes the picture of README: the plug-ins of examples/plugin-service at work. Only for <c>--target=Docs</c>.</summary>
    [Fact]
    public async Task Documents_ThePicture_IsTakenAnew()
    {
        string? docs = Environment.GetEnvironmentVariable("FAF_WRITE_DOCS");
        Assert.SkipWhen(docs is null, "Only --target=Docs takes the picture.");
        await Service.StartAsync(faf =>
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
        Task traffic = Task.Run(() => SendAsync(Service.Sender("http"), enough.Token), CancellationToken.None);
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
}
