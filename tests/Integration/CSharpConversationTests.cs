using System.Text;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>
/// Topics and later messages of guests in C#, in both forms: the edge of each hands them on in its own way, a component by the canonical ABI.
/// </summary>
[Collection(CSharpProject.Collection)]
public sealed class CSharpConversationTests(CSharpConversationTests.Guests guests)
    : IClassFixture<CSharpConversationTests.Guests>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Formats => ["component", "core-module"];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task OnTopic_APublishedMessage_ComesWithItsTopicAndNotToOnMessage(string format)
    {
        await using TestHost host = new();
        host.Host.AddComponent("guest", guests.Of(format), new() { SendsTo = ["client"], SubscribesTo = ["news/*"] });
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);

        Assert.Equal(
            new PublishResult { Status = SendStatus.Accepted, Accepted = 1 },
            client.Publish("news/sport", "goal"u8)
        );
        client.Send("guest", "goal"u8);
        await host.SettleAsync();

        Assert.Equal(["topic news/sport: goal of client", "message: goal"], Texts(inbox));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Publish_TwoSubscribers_BothGetItAndTheGuestHearsHowMany(string format)
    {
        await using TestHost host = new();
        host.Host.AddComponent("guest", guests.Of(format), new() { SendsTo = ["client"], PublishesTo = ["news/*"] });
        List<(string Sender, string? Topic, string Text)> seen = [];
        foreach (string id in new[] { "reader/one", "reader/two" })
        {
            host.Host.AddEndpoint(
                id,
                message => seen.Add((message.Sender, message.Topic, Encoding.UTF8.GetString(message.Bytes))),
                new() { SubscribesTo = ["news/weather"] }
            );
        }

        host.AddInbox("client", out Inbox inbox).Send("guest", "publish"u8);
        await host.SettleAsync();

        Assert.Equal([.. Enumerable.Repeat(("guest", "news/weather", "rain"), 2)], seen);
        Assert.Equal(["Accepted 2"], Texts(inbox));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Publish_WithoutTheRight_IsRefused(string format)
    {
        await using TestHost host = new();
        host.Host.AddComponent("guest", guests.Of(format), new() { SendsTo = ["client"] });

        host.AddInbox("client", out Inbox inbox).Send("guest", "publish"u8);
        await host.SettleAsync();

        Assert.Equal(["CapabilityDenied 0"], Texts(inbox));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task SendLater_Due_IsSentThenAndNotBefore(string format)
    {
        FakeTimeProvider time = new();
        await using TestHost host = new(time: time);
        host.Host.AddComponent("guest", guests.Of(format), new() { SendsTo = ["client"] });
        host.AddInbox("client", out Inbox inbox).Send("guest", "later"u8);
        await host.SettleAsync();
        Assert.Equal(["Accepted True"], Texts(inbox));
        Assert.Equal(1, host.Statistics.Scheduled);

        time.Advance(TimeSpan.FromSeconds(10));
        await host.Host.DrainAsync(withScheduled: true, Token).WaitAsync(TestHost.Patience, Token);

        Assert.Equal(["Accepted True", "at last"], Texts(inbox));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task CancelLater_BeforeItIsDue_TakesItBackOnce(string format)
    {
        await using TestHost host = new(time: new FakeTimeProvider());
        host.Host.AddComponent("guest", guests.Of(format), new() { SendsTo = ["client"] });

        host.AddInbox("client", out Inbox inbox).Send("guest", "changed my mind"u8);
        await host.SettleAsync();

        Assert.Equal(["True False"], Texts(inbox));
        Assert.Equal(0, host.Statistics.Scheduled);
    }

    private static IEnumerable<string> Texts(Inbox inbox) =>
        inbox.Received.Select(received => Encoding.UTF8.GetString(received.Bytes));

    /// <summary>One guest in both forms, each of which is built once.</summary>
    public sealed class Guests : IDisposable
    {
        private const string Program = """
            Guest.OnMessage(message =>
            {
                switch (message.Text)
                {
                    case "publish":
                        SendStatus published = Messaging.Publish("news/weather", "rain"u8, out int accepted);
                        Messaging.Send(message.Sender, $"{published} {accepted}");
                        break;
                    case "later":
                        SendStatus scheduled = Messaging.SendLater("client", "at last"u8, TimeSpan.FromSeconds(10), out long later);
                        Messaging.Send(message.Sender, $"{scheduled} {later > 0}");
                        break;
                    case "changed my mind":
                        Messaging.SendLater("client", "never"u8, TimeSpan.FromSeconds(10), out long number);
                        Messaging.Send(message.Sender, $"{Messaging.CancelLater(number)} {Messaging.CancelLater(number)}");
                        break;
                    default:
                        Messaging.Send(message.Sender, $"message: {message.Text}");
                        break;
                }
            });
            Guest.OnTopic(message =>
                Messaging.Send(message.Sender, $"topic {message.Topic}: {message.Text} of {message.Sender}"));
            """;

        private readonly Dictionary<string, (CSharpProject Project, string Path)> _built = [];

        /// <summary>The built guest; skips the test where it cannot be built here.</summary>
        internal string Of(string format)
        {
            if (!_built.TryGetValue(format, out (CSharpProject Project, string Path) built))
            {
                CSharpProject project = new(Program, $"<GuestFormat>{format}</GuestFormat>");
                built = (project, project.Build());
                _built.Add(format, built);
            }

            return built.Path;
        }

        public void Dispose()
        {
            foreach ((CSharpProject project, _) in _built.Values)
            {
                project.Dispose();
            }
        }
    }
}
