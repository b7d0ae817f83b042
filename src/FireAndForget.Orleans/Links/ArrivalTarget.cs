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

/// <summary>How much waits for room in one receiver's mailbox. Outboxes for the same id have it together.</summary>
internal sealed class WaitingRoom
{
    public long Bytes { get; set; }
}

/// <summary>A receiver of this silo, as the target of one outbox of the other silo.</summary>
/// <param name="key">The outbox's key.</param>
/// <param name="id">The receiver's id.</param>
/// <param name="room">How much waits for it.</param>
internal sealed class ArrivalTarget(uint key, string id, WaitingRoom room)
{
    /// <summary>The fewest routes among which stale ones are looked for.</summary>
    private const int FewRoutes = 16;

    private readonly Dictionary<ArrivalSender, Route> _routes = [];
    private Participant? _receiver;
    private ArrivalSender? _lastSender;
    private Route? _lastRoute;
    private ReceiverWatch? _watch;
    private ArrivalRange? _lastRange;
    private int _pruneAt = FewRoutes;

    public uint Key => key;

    public string Id => id;

    /// <summary>The number of the next message; 0: none has come.</summary>
    public long Next { get; set; }

    public bool IsActive { get; set; }

    /// <summary>Whether the last look found that nobody needs it, and no message came since.</summary>
    public bool IsIdle { get; set; }

    public WaitingRoom Room => room;

    public Queue<ArrivalRange> Ranges { get; } = new();

    public Queue<WaitingEntries> Waiting { get; } = new();

    public long Through { get; set; }

    /// <summary>The number of the settlement that told of it last; 0: none did.</summary>
    public ulong ToldWith { get; set; }

    /// <summary>The number of the last message whose outcome somebody waits for.</summary>
    public long Awaited { get; set; }

    /// <summary>Messages whose outcome is to be told, besides those up to <see cref="Through"/> that were handled.</summary>
    public List<Ended> Ended { get; private set; } = [];

    /// <summary>How many messages are counted as settled and not reported to the other silo yet.</summary>
    public long CountUntold() => Ranges.Sum(range => range.CountCounted());

    /// <summary>Takes what there is to tell of it, as far as there is room.</summary>
    /// <param name="room">How many bytes there are for what ended otherwise than handled; what is taken is subtracted.</param>
    /// <param name="isAll">Whether that is all.</param>
    public TargetSettlement TakeTold(ref int room, out bool isAll)
    {
        int count = 0;
        while (count < Ended.Count && room > 0)
        {
            room -= Settlement.LengthOf(Ended[count++]);
        }

        isAll = count == Ended.Count;
        List<Ended> taken = isAll ? Ended : Ended[..count];
        Ended = isAll ? [] : Ended[count..];
        return new(key, isAll ? Through : taken[^1].Number, taken);
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
        if (_routes.Count >= _pruneAt)
        {
            // Senders come and go.
            foreach ((ArrivalSender known, _) in _routes.Where(known => known.Value.IsStale))
            {
                _routes.Remove(known);
            }

            _pruneAt = Math.Max(FewRoutes, 2 * _routes.Count);
        }

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
