using FireAndForget.Guests.Instances;
using FireAndForget.Mailboxes;
using FireAndForget.Tests.Fuzz.Mutation;
using FireAndForget.Tests.Fuzz.Running;

namespace FireAndForget.Tests.Fuzz.Areas;

/// <summary>
/// A host that takes one guest after the other, each of which is sent messages and removed, beside a neighbour that must not notice
/// it; its statistics must balance after each.
/// </summary>
internal sealed class GuestHost : IDisposable
{
    public const string Guest = "guest";
    private const string Topic = "news";

    /// <summary>After this many guests the host is disposed of, and a new one is made.</summary>
    private const int GuestsOfAHost = 200;

    /// <summary>After this something hangs: longer than all budgets of a guest together.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly GuestRuntime _runtime;
    private readonly bool _pumps;
    private readonly ComponentOptions _options;
    private MessagingHost? _host;
    private MessagingEndpoint? _sink;
    private string? _wrongSender;
    private long _answers;
    private long _received;
    private int _guests;

    /// <summary>A host that is made when it is needed.</summary>
    /// <param name="runtime">The runtime that it prefers.</param>
    /// <param name="pumps">Whether messages are delivered on the caller's thread, so that a guest's account is always the same.</param>
    /// <param name="messageTimeout">How long a message may take.</param>
    public GuestHost(GuestRuntime runtime, bool pumps, TimeSpan messageTimeout)
    {
        _runtime = runtime;
        _pumps = pumps;
        _options = new()
        {
            SendsTo = ["sink", "neighbour", Guest],
            PublishesTo = [Topic],
            SubscribesTo = [Topic],
            Limits = new()
            {
                MessageTimeout = messageTimeout,
                LoadTimeout = 2 * messageTimeout,
                MemoryBytes = 16 << 20,
                TableElements = 10_000,
            },
            Quota = new() { Messages = 100, Bytes = 16 << 20 },
            Restart = new() { Max = 2 },
        };
    }

    /// <summary>Runs a guest to its end.</summary>
    /// <param name="source">The guest.</param>
    /// <param name="messages">What it is sent.</param>
    /// <returns>What became of its messages, and how many it sent; null: it was refused with a clean error.</returns>
    /// <exception cref="FindingException">Something is not as it should be.</exception>
    public GuestStatistics? Run(ComponentSource source, IReadOnlyList<byte[]> messages)
    {
        if (_host is null || ++_guests % GuestsOfAHost == 0)
        {
            Close();
            Open();
        }

        Component component;
        try
        {
            component = _host!.AddComponent(Guest, source, _options);
        }
        catch (ComponentLoadException e)
        {
            RequireReason(e);
            MeetNeighbour(null);
            return null;
        }

        long before = Interlocked.Read(ref _received);
        foreach (byte[] message in messages)
        {
            _sink!.Send(Guest, message);
        }

        // It need not know of requests and topics, but each request has its reply.
        Task<Reply>[] asked = [.. messages.Select(message => _sink!.RequestAsync(Guest, message, Patience).AsTask())];
        _sink!.Publish(Topic, "sink"u8);
        MeetNeighbour(component);
        FuzzArea.Require(Task.WhenAll(asked).Wait(Patience), "a request has no reply");
        FuzzArea.Require(
            asked.All(reply => reply.Result.Outcome != ReplyOutcome.Cancelled),
            "a request was cancelled, which nobody did"
        );
        return new(component.Statistics, Interlocked.Read(ref _received) - before);
    }

    public void Close()
    {
        if (_host is null)
        {
            return;
        }

        FuzzArea.Require(_host.DisposeAsync().AsTask().Wait(Patience), "disposing of the host takes for ever");
        RequireBalance("the host", _host.Statistics.Messages);
        _host = null;
    }

    public static void RequireReason(ComponentLoadException e) =>
        FuzzArea.Require(
            e.Message.StartsWith($"{Guest}: ", StringComparison.Ordinal) && e.Message.Length > Guest.Length + 10,
            $"the error does not say what is wrong with which guest: {e.Message}"
        );

    public void Dispose() => Close();

    private void Open()
    {
        _host = new(new() { Workers = _pumps ? 0 : 1, PrefersComponentApi = _runtime == GuestRuntime.ComponentApi });
        _sink = _host.AddEndpoint("sink", OnSink, new() { Mailbox = MailboxOptions.Unbounded });
        _host.AddComponent(
            "neighbour",
            Path.Combine(AppContext.BaseDirectory, "Corpus", "guests", "c-mirror.wasm"),
            new()
            {
                SendsTo = ["sink"],
                ReceivesFrom = ["sink"],
                Limits = new() { MessageTimeout = TimeSpan.FromSeconds(10) },
            }
        );
        _answers = 0;
    }

    private void OnSink(ReceivedMessage message)
    {
        if (message.Sender == "neighbour" && message.Bytes.SequenceEqual("gnip"u8))
        {
            Interlocked.Increment(ref _answers);
        }
        else if (message.Sender == Guest)
        {
            Interlocked.Increment(ref _received);
        }
        else
        {
            _wrongSender = message.Sender;
        }
    }

    /// <summary>While the guest works the neighbour does too; then the guest goes.</summary>
    private void MeetNeighbour(Component? component)
    {
        long before = Interlocked.Read(ref _answers);
        FuzzArea.Require(_sink!.Send("neighbour", "ping"u8) == SendStatus.Accepted, "the neighbour takes no messages");
        FuzzArea.Require(Settle(), "its messages are not settled");
        FuzzArea.Require(Interlocked.Read(ref _answers) == before + 1, "the neighbour does not answer");
        FuzzArea.Require(_wrongSender is null, $"a message came from '{_wrongSender}'");
        if (component is not null)
        {
            RequireBalance(Guest, component.Statistics);
            component.Remove();
            FuzzArea.Require(Settle(), "its messages are not settled when it is removed");
        }

        RequireBalance("the host", _host!.Statistics.Messages);
    }

    private bool Settle()
    {
        if (_pumps)
        {
            _host!.Pump();
        }

        return _host!.DrainAsync().Wait(Patience);
    }

    private static void RequireBalance(string whose, MessageStatistics statistics)
    {
        long ended =
            statistics.Handled
            + statistics.Rejected
            + statistics.Trapped
            + statistics.TimedOut
            + statistics.Evicted
            + statistics.Undeliverable;
        FuzzArea.Require(
            statistics is { Queued: 0, InFlight: 0, InMailboxes: 0 } && statistics.Accepted == ended,
            $"the statistics of {whose} do not balance: {statistics}"
        );
    }
}
