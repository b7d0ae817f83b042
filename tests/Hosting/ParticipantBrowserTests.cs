using Microsoft.Playwright;
using Xunit;

namespace FireAndForget.Tests.Hosting;

/// <summary>The page of one component or endpoint in a real browser: that it shows and acts on the one that it names, and no other.</summary>
public sealed class ParticipantBrowserTests : BrowserTest
{
    /// <summary>Heading and buttons were of two components: a click removed one that was not named.</summary>
    [Theory]
    [InlineData("nobody", "There is nobody of this id.")]
    [InlineData("client", "endpoint")]
    public async Task Page_OfAnotherId_ShowsNothingOfTheOneBefore(string id, string counts)
    {
        await Service.StartAsync(configurePage: o => o.ActionsPolicy = "operators");
        IPage page = await OpenAsync("#id=mirror");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Remove" })).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#one-log")).ToContainTextAsync("Component mirror was loaded");

        // Nothing is left at once, before the host has answered.
        string left = await page.EvaluateAsync<string>(
            """
            id => new Promise(answer => {
              addEventListener("hashchange", () => answer([...document.querySelectorAll("#one :is(button, li, dd, td), #one-counts")].map(n => n.textContent).join("")), { once: true });
              location.hash = `#id=${id}`;
            })
            """,
            id
        );
        Assert.Equal("", left);

        await Assertions.Expect(page.Locator("#one-id")).ToHaveTextAsync(id);
        await Assertions.Expect(page.Locator("#one-counts")).ToContainTextAsync(counts);
        await Assertions.Expect(page.Locator("#one-actions *")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("#one-limits")).ToBeHiddenAsync();
        await Assertions.Expect(page.Locator("#one-log")).Not.ToContainTextAsync("mirror");
    }

    [Fact]
    public async Task Remove_OfAComponent_IsAskedForAndLeavesNothingToActOn()
    {
        await Service.StartAsync(configurePage: o => o.ActionsPolicy = "operators");
        IPage page = await OpenAsync("#id=mirror");
        await page.Context.SetExtraHTTPHeadersAsync([new("User", "operator")]);
        List<string> questions = [];
        bool isMeant = false;
        page.Dialog += async (_, dialog) =>
        {
            questions.Add(dialog.Message);
            await (isMeant ? dialog.AcceptAsync() : dialog.DismissAsync());
        };
        ILocator remove = page.GetByRole(AriaRole.Button, new() { Name = "Remove" });

        await remove.ClickAsync();
        Assert.StartsWith("Remove mirror?", Assert.Single(questions), StringComparison.Ordinal);
        await Assertions.Expect(page.Locator("#one-result")).ToHaveTextAsync("");
        Assert.Single(Service.Host.Components);

        isMeant = true;
        await remove.ClickAsync();
        await Assertions.Expect(page.Locator("#one-result")).ToHaveTextAsync("remove: done");
        await Assertions.Expect(page.Locator("#one-counts")).ToHaveTextAsync("There is nobody of this id.");
        await Assertions.Expect(page.Locator("#one button")).ToHaveCountAsync(0);
        Assert.Empty(Service.Host.Components);
    }

    [Fact]
    public async Task Page_OfAComponentWithTopics_ShowsAndRevokesThem()
    {
        await Service.StartAsync(
            faf =>
                faf.AddComponent(
                        "mirror",
                        TestService.Fixture("echo-handler.wat"),
                        c => (c.PublishesTo, c.SubscribesTo) = (["news"], ["orders/*"])
                    )
                    .AddEndpoint("client", _ => { }),
            o => o.ActionsPolicy = "operators"
        );
        IPage page = await OpenAsync("#id=mirror");
        await page.Context.SetExtraHTTPHeadersAsync([new("User", "operator")]);
        await Assertions.Expect(page.Locator("#one-publishes-to")).ToContainTextAsync("news");

        await page.GetByRole(AriaRole.Button, new() { Name = "revoke orders/*" }).ClickAsync();

        await Assertions.Expect(page.Locator("#one-subscribes-to")).ToHaveTextAsync("no topic");
        Assert.True(Service.Host.TryGetComponent("mirror", out Component? mirror));
        Assert.Empty(mirror.Subscriptions);
        Assert.Equal(["news"], mirror.PublishesTo);
        Assert.Empty(Problems);
    }

    /// <summary>A character that turns the direction of writing (U+202E) turned the names behind it, too.</summary>
    [Fact]
    public async Task Page_OfAGuestWithManyExports_KeepsEachToItselfAndSaysHowManyMore()
    {
        await Service.StartAsync(faf =>
            faf.AddComponent("many", ComponentSource.FromText(PageService.Many)).AddEndpoint("client", _ => { })
        );
        IPage page = await OpenAsync("#id=many");

        await Assertions.Expect(page.Locator("#one-inspection bdi")).ToHaveCountAsync(200);
        await Assertions.Expect(page.Locator("#one-inspection")).ToContainTextAsync(" and 103 more");
        Assert.Empty(Problems);
    }
}
