using FireAndForget.Dispatching;
using FireAndForget.Routing;

namespace FireAndForget.Orleans.Links;

/// <summary>A sender, known by the other silo's number.</summary>
internal sealed class ArrivalSender(string id)
{
    public string Id => id;

    /// <summary>The topic that the number stands for; null: none.</summary>
    public string? Topic { get; init; }

    public Participant? Self { get; set; }

    /// <summary>What its messages are published as here; null: they are sent to their targets alone.</summary>
    public Publication? Publication { get; set; }
}

/// <summary>Entries that wait for room in their receiver's mailbox.</summary>
internal sealed class WaitingEntries(byte[] entries, long first, int count)
{
    public byte[] Entries => entries;

    public int Offset { get; set; }

    public long First { get; set; } = first;

    public int Count { get; set; } = count;
}

/// <summary>Messages with consecutive numbers both in the outbox there and in the mailbox here.</summary>
internal sealed class ArrivalRange(ReceiverWatch? watch, long local, long number, int count)
{
    public ReceiverWatch? Watch => watch;

    /// <summary>The number of the first in the mailbox here.</summary>
    public long Local { get; private set; } = local;

    /// <summary>The number of the first in the outbox there.</summary>
    public long Number { get; private set; } = number;

    public int Count { get; private set; } = count;

    /// <summary>Why it was refused; null: it was not.</summary>
    public string? Refusal { get; init; }

    public IArrival? Listener { get; init; }

    public bool TryExtend(ReceiverWatch of, long local, long number)
    {
        bool isNext =
            of == watch && Listener is null && Refusal is null && local == Local + Count && number == Number + Count;
        Count += isNext ? 1 : 0;
        return isNext;
    }

    public void Skip(int settled)
    {
        Local += settled;
        Number += settled;
        Count -= settled;
    }

    public long CountCounted() =>
        Refusal is not null ? 0
        : Listener is not null ? (Listener.IsSettled ? 1 : 0)
        : Math.Clamp(watch!.Receiver.Ledger.Settled - Local + 1, 0, Count);

    public int CountSettled()
    {
        if (Refusal is not null)
        {
            return 1;
        }

        if (Listener is not null)
        {
            return Listener.IsSettled ? 1 : 0;
        }

        // The order matters: outcomes that are counted now and no longer being reported were reported.
        long settled = watch!.Receiver.Ledger.Settled;
        return watch.Receiver.Ledger.IsReporting ? 0 : (int)Math.Clamp(settled - Local + 1, 0, Count);
    }
}

/// <summary>A receiver of this silo, as the target of one outbox of the other silo.</summary>
internal sealed class ArrivalTarget(uint key, string id)
{
    private readonly Dictionary<ArrivalSender, Route> _routes = [];
    private Participant? _receiver;
    private ArrivalSender? _lastSender;
    private Route? _lastRoute;
    private ReceiverWatch? _watch;
    private ArrivalRange? _lastRange;

    public uint Key => key;

    public string Id => id;

    /// <summary>The number of the next message; 0: none has come.</summary>
    public long Next { get; set; }

    public bool IsActive { get; set; }

    public Queue<ArrivalRange> Ranges { get; } = new();

    public Queue<WaitingEntries> Waiting { get; } = new();

    public long Through { get; set; }

    /// <summary>The number of the last message whose outcome somebody waits for.</summary>
    public long Awaited { get; set; }

    public List<Ended> Ended { get; private set; } = [];

    /// <summary>How many messages are counted as settled and not reported to the other silo yet.</summary>
    public long CountUntold() => Ranges.Sum(range => range.CountCounted());

    public List<Ended> TakeEnded()
    {
        List<Ended> taken = Ended;
        Ended = [];
        return taken;
    }

    /// <summary>The route of a sender, where it is not stale.</summary>
    public Route? RouteOf(ArrivalSender sender, Participant receiver)
    {
        if (receiver != _receiver)
        {
            _receiver = receiver;
            _routes.Clear();
            _lastSender = null;
        }

        if (sender != _lastSender)
        {
            _lastRoute = _routes.GetValueOrDefault(sender);
            _lastSender = sender;
        }

        return _lastRoute is { IsStale: false } route ? route : null;
    }

    public void Keep(ArrivalSender sender, Participant receiver, Route route)
    {
        _receiver = receiver;
        _routes[sender] = route;
        (_lastSender, _lastRoute) = (sender, route);
    }

    public ReceiverWatch WatchOf(Receiver receiver, Func<uint, bool> isArrival, Inbound inbound)
    {
        if (_watch?.Receiver != receiver)
        {
            _watch = ReceiverWatch.Of(receiver, isArrival);
            _watch.Add(inbound);
        }

        return _watch;
    }

    public void AddRefused(long number, string reason)
    {
        _lastRange = null;
        Ranges.Enqueue(new(null, 0, number, 1) { Refusal = reason });
    }

    public void Add(ReceiverWatch watch, long local, long number, IArrival? listener)
    {
        // The last one may be done.
        if (listener is null && Ranges.Count != 0 && _lastRange?.TryExtend(watch, local, number) == true)
        {
            return;
        }

        _lastRange = new(watch, local, number, 1) { Listener = listener };
        Ranges.Enqueue(_lastRange);
    }
}
