using System.Text;
using FireAndForget.Tests.Fuzz.Mutation;

namespace FireAndForget.Tests.Fuzz.Areas;

/// <summary>
/// Whole guests: each is inspected, loaded, sent messages and removed, beside a neighbour that must not notice it, in a host whose
/// books must balance after each.
/// </summary>
internal sealed class GuestArea : FuzzArea
{
    private const string Guest = "guest";

    /// <summary>After so many guests the host is disposed of, and another one made.</summary>
    private const int GuestsOfAHost = 200;

    /// <summary>After this something hangs: longer than all budgets of a guest together.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Those that the hostile guests of the corpus react to are among them.
    private static readonly int[] Lengths =
    [
        0,
        1,
        3,
        5,
        300,
        .. Enumerable.Range(1000, 12),
        .. Enumerable.Range(2000, 12),
        .. Enumerable.Range(3000, 12),
        5000,
        70_000,
    ];

    private static readonly ComponentOptions Options = new()
    {
        SendsTo = ["sink", "neighbour", Guest],
        Limits = new()
        {
            MessageTime = TimeSpan.FromMilliseconds(30),
            LoadTime = TimeSpan.FromMilliseconds(60),
            MemoryBytes = 16 << 20,
            TableElements = 10_000,
        },
        Quota = new() { Messages = 100, Bytes = 16 << 20 },
        Restart = new() { Max = 2 },
    };

    private MessagingHost? _host;
    private Endpoint? _sink;
    private string? _wrongSender;
    private long _answers;
    private int _guests;

    public override string Name => "guests";

    public override int Weight => 12;

    public override bool Run(byte[] input)
    {
        if (_host is null || ++_guests % GuestsOfAHost == 0)
        {
            Close();
            Open();
        }

        var random = Randomness.For(input);
        ComponentSource source = SectionMutator.IsBinary(input)
            ? ComponentSource.FromBytes(input, Guest)
            : ComponentSource.FromText(Encoding.UTF8.GetString(input), Guest);
        string? refusal = random.OneIn(4) ? Inspect(source) : null;
        Component component;
        try
        {
            component = _host!.AddComponent(Guest, source, Options);
        }
        catch (ComponentLoadException e)
        {
            RequireReason(e);
            MeetNeighbour(null);
            return false;
        }

        Require(refusal is null, $"it was loaded, and the inspection says: {refusal}");
        for (int i = 0; i < 4; i++)
        {
            byte[] message = random.OneIn(4) ? "sink"u8.ToArray() : random.Bytes(random.Of(Lengths));
            _sink!.Send(Guest, message);
        }

        MeetNeighbour(component);
        return true;
    }

    public override void Close()
    {
        if (_host is null)
        {
            return;
        }

        Require(_host.DisposeAsync().AsTask().Wait(Patience), "disposing of the host takes for ever");
        RequireBalance("the host", _host.Statistics);
        _host = null;
    }

    private void Open()
    {
        _host = new(new() { Workers = 1 });
        _sink = _host.AddEndpoint("sink", OnSink, new() { Mailbox = MailboxOptions.Unbounded });
        _host.AddComponent(
            "neighbour",
            Path.Combine(AppContext.BaseDirectory, "Corpus", "guests", "c-mirror.wasm"),
            new()
            {
                SendsTo = ["sink"],
                ReceivesFrom = ["sink"],
                Limits = new() { MessageTime = TimeSpan.FromSeconds(10) },
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
        else if (message.Sender != Guest)
        {
            _wrongSender = message.Sender;
        }
    }

    /// <summary>While the guest works the neighbour does too; then the guest goes.</summary>
    private void MeetNeighbour(Component? component)
    {
        long before = Interlocked.Read(ref _answers);
        Require(_sink!.Send("neighbour", "ping"u8) == SendStatus.Accepted, "the neighbour takes no messages");
        Require(_host!.DrainAsync().Wait(Patience), "its messages are not settled");
        Require(Interlocked.Read(ref _answers) == before + 1, "the neighbour does not answer");
        Require(_wrongSender is null, $"a message came from '{_wrongSender}'");
        if (component is not null)
        {
            RequireBalance(Guest, component.Statistics);
            component.Remove();
            Require(_host.DrainAsync().Wait(Patience), "its messages are not settled when it is removed");
        }

        RequireBalance("the host", _host.Statistics);
    }

    private static string? Inspect(ComponentSource source)
    {
        try
        {
            string? refusal = ComponentInspection.Of(source).Refusal;
            Require(refusal != "", "the refusal gives no reason");
            return refusal;
        }
        catch (ComponentLoadException e)
        {
            RequireReason(e);
            return e.Message;
        }
    }

    private static void RequireReason(ComponentLoadException e) =>
        Require(
            e.Message.StartsWith($"{Guest}: ", StringComparison.Ordinal) && e.Message.Length > Guest.Length + 10,
            $"the error does not say what is wrong with which guest: {e.Message}"
        );

    private static void RequireBalance(string whose, MessageStatistics books)
    {
        long ended =
            books.Handled + books.Rejected + books.Trapped + books.TimedOut + books.Evicted + books.Undeliverable;
        Require(
            books is { Queued: 0, InFlight: 0, InMailboxes: 0 } && books.Accepted == ended,
            $"the books of {whose} do not balance: {books}"
        );
    }
}
