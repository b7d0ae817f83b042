using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using FireAndForget.Dispatching;
using FireAndForget.Mailboxes;
using FireAndForget.Routing;
using Orleans.Runtime;

namespace FireAndForget.Orleans.Links;

/// <summary>
/// The inbound link from one silo: puts its frames in order, hands each message over by the checks of a send, and reports the
/// outcomes to that silo, as the answer to its frames, or by a call of its own when no frame comes.
/// </summary>
internal sealed class Inbound : IThreadPoolWorkItem, IDisposable
{
    /// <summary>How long a settlement waits for a frame whose answer it can be.</summary>
    private static readonly TimeSpan SettlementDelay = TimeSpan.FromMilliseconds(2);

    /// <summary>How long until a settlement that could not be told is told again.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    private readonly IInboundHost _host;
    private readonly Func<uint, bool> _isArrival;
    private readonly Lock _lock = new();
    private readonly Dictionary<uint, ArrivalSender> _senders = [];
    private readonly Dictionary<uint, ArrivalTarget> _targets = [];
    private readonly List<ArrivalTarget> _active = [];
    private readonly SortedDictionary<ulong, (Frame Frame, TaskCompletionSource Done)> _early = [];
    private readonly Queue<(ulong Number, byte[] Bytes)> _unconfirmed = new();
    private readonly List<ArrivalTarget> _toTell = [];
    private readonly Timer _timer;
    private uint _session = 1;
    private ulong _next;
    private ulong _settlement;
    private int _scheduled;
    private int _sends;
    private bool _isTimed;
    private bool _isUrgent;
    private bool _isFenced;
    private readonly long[] _ended = new long[(int)Outcome.Lost + 1];
    private long _accepted;

    public Inbound(IInboundHost host, SiloAddress peer)
    {
        _host = host;
        _isArrival = host.IsArrival;
        Peer = peer;
        _timer = new(_ => _ = TellAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public SiloAddress Peer { get; }

    /// <summary>How many messages from there came into mailboxes here.</summary>
    public long Accepted
    {
        get
        {
            lock (_lock)
            {
                return _accepted;
            }
        }
    }

    /// <summary>
    /// The outcomes of the messages from that silo, as this host's ledgers count them by now. They are subtracted, because the
    /// other silo counts them too. A message that is counted as settled and not reported yet is among the handled ones here.
    /// </summary>
    public MessageStatistics Outcomes
    {
        get
        {
            lock (_lock)
            {
                Collect();
                if (_toTell.Count != 0)
                {
                    StartTimer(SettlementDelay);
                }

                return new()
                {
                    Handled = _ended[(int)Outcome.Handled] + _active.Sum(target => target.CountUntold()),
                    Rejected = _ended[(int)Outcome.Rejected],
                    Trapped = _ended[(int)Outcome.Trapped],
                    TimedOut = _ended[(int)Outcome.TimedOut],
                    Evicted = _ended[(int)Outcome.Evicted],
                    Undeliverable = _ended[(int)Outcome.Undeliverable],
                };
            }
        }
    }

    /// <summary>Takes a frame that arrived. Its memory may be used again when the task has ended.</summary>
    /// <returns>What may be told of messages by now; null: nothing.</returns>
    public async ValueTask<byte[]?> ReceiveAsync(Frame frame)
    {
        Task? early = null;
        lock (_lock)
        {
            ThrowIfFenced();
            Confirm(frame.SettledThrough);
            if (frame.Session != _session || frame.Number < _next)
            {
                // The frame is of a session before the link broke: its messages come again.
                return null;
            }

            if (frame.Number == _next)
            {
                Process(frame);
                while (_early.Remove(_next, out (Frame Frame, TaskCompletionSource Done) next))
                {
                    Process(next.Frame);
                    next.Done.SetResult();
                }

                Collect();
                return WriteSettlement();
            }

            TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _early[frame.Number] = (frame, done);
            early = done.Task;
        }

        await early.ConfigureAwait(false);
        lock (_lock)
        {
            return WriteSettlement();
        }
    }

    /// <summary>Begins a session.</summary>
    public LinkState Resume(uint session, ulong settledThrough)
    {
        lock (_lock)
        {
            ThrowIfFenced();
            _session = session;
            _next = 0;
            foreach ((_, (_, TaskCompletionSource done)) in _early)
            {
                done.TrySetResult();
            }

            _early.Clear();
            Confirm(settledThrough);
            return new()
            {
                Next = _targets.Values.Where(target => target.Next != 0).ToDictionary(t => t.Key, t => t.Next),
                Settlements = [.. _unconfirmed.Select(settlement => settlement.Bytes)],
            };
        }
    }

    /// <summary>Fences off the other silo, which was declared dead: when this returns, nothing comes in from it any more.</summary>
    public void Fence()
    {
        lock (_lock)
        {
            _isFenced = true;
            foreach ((_, (_, TaskCompletionSource done)) in _early)
            {
                done.TrySetResult();
            }

            _early.Clear();
            // Messages that it had sent are handled here all the same, but their outcomes are reported to nobody.
            foreach (ArrivalTarget target in _active)
            {
                target.Waiting.Clear();
            }
        }
    }

    /// <summary>Whether all messages of outboxes before these numbers are in their receivers' mailboxes.</summary>
    /// <param name="numbers">The numbers by the outboxes' keys.</param>
    public bool HasAll(Dictionary<uint, long> numbers)
    {
        lock (_lock)
        {
            return numbers.All(n =>
                _targets.TryGetValue(n.Key, out ArrivalTarget? target)
                && target.Next > n.Value
                && target.Waiting.Count == 0
            );
        }
    }

    /// <summary>Schedules a look at what was settled. Any thread, perhaps under a mailbox's lock.</summary>
    public void Schedule()
    {
        if (Interlocked.Exchange(ref _scheduled, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Hands over messages that waited for room, and reports what can be reported.</summary>
    public void Execute()
    {
        Interlocked.Exchange(ref _scheduled, 0);
        bool isUrgent;
        lock (_lock)
        {
            for (int i = 0; i < _active.Count; i++)
            {
                Retry(_active[i]);
            }

            Collect();
            isUrgent = _isUrgent;
            _isUrgent = false;
            if (_toTell.Count == 0)
            {
                return;
            }

            if (!isUrgent)
            {
                StartTimer(SettlementDelay);
            }
        }

        if (isUrgent)
        {
            _ = TellAsync();
        }
    }

    public void Dispose() => _timer.Dispose();

    private void ThrowIfFenced()
    {
        if (_isFenced)
        {
            throw new InvalidOperationException(
                $"The silo {Peer} was declared dead, and nothing is taken from it any more."
            );
        }
    }

    private void StartTimer(TimeSpan delay)
    {
        if (!_isTimed)
        {
            _isTimed = true;
            _timer.Change(delay, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Reports settlements by a call of its own.</summary>
    private async Task TellAsync()
    {
        (ulong Number, byte[] Bytes)[] settlements;
        lock (_lock)
        {
            _isTimed = false;
            if (_isFenced)
            {
                return;
            }

            WriteSettlement();
            settlements = [.. _unconfirmed];
        }

        try
        {
            foreach ((ulong number, byte[] bytes) in settlements)
            {
                await _host.SettleAsync(Peer, bytes).ConfigureAwait(false);
                lock (_lock)
                {
                    Confirm(number);
                }
            }
        }
        catch (Exception)
        {
            // The call is repeated until the other silo answers or is declared dead.
            lock (_lock)
            {
                StartTimer(RetryDelay);
            }
        }
    }

    private void Confirm(ulong through)
    {
        while (_unconfirmed.TryPeek(out (ulong Number, byte[] Bytes) first) && first.Number <= through)
        {
            _unconfirmed.Dequeue();
        }
    }

    private byte[]? WriteSettlement()
    {
        if (_toTell.Count == 0 || _isFenced)
        {
            return null;
        }

        byte[] settlement = Settlement.Write(
            ++_settlement,
            [.. _toTell.Select(target => new TargetSettlement(target.Key, target.Through, target.TakeEnded()))]
        );
        _toTell.Clear();
        _unconfirmed.Enqueue((_settlement, settlement));
        return settlement;
    }

    private void Process(Frame frame)
    {
        _next++;
        ReadNames(frame.Names);
        ReadOnlySpan<byte> runs = frame.Runs;
        while (runs.Length >= Frame.RunBytes)
        {
            uint key = BinaryPrimitives.ReadUInt32LittleEndian(runs);
            int count = (int)BinaryPrimitives.ReadUInt32LittleEndian(runs[4..]);
            long first = BinaryPrimitives.ReadInt64LittleEndian(runs[8..]);
            int length = (int)BinaryPrimitives.ReadUInt32LittleEndian(runs[16..]);
            ReceiveRun(_targets[key], first, count, runs.Slice(Frame.RunBytes, length));
            runs = runs[(Frame.RunBytes + length)..];
        }
    }

    private void ReadNames(ReadOnlySpan<byte> names)
    {
        while (names.Length >= Frame.NameBytes)
        {
            uint number = BinaryPrimitives.ReadUInt32LittleEndian(names);
            var kind = (NameKind)names[4];
            int length = names[5];
            string id = Encoding.ASCII.GetString(names.Slice(Frame.NameBytes, length));
            if (kind == NameKind.Target)
            {
                _targets.TryAdd(number, new(number, id));
            }
            else if (kind == NameKind.Topic)
            {
                // Behind the name of its publisher.
                ArrivalSender publisher = _senders[number];
                _senders[number] = publisher.Topic == id ? publisher : new(publisher.Id) { Topic = id };
            }
            else if (!_senders.TryGetValue(number, out ArrivalSender? known) || known.Id != id)
            {
                _senders[number] = new(id);
            }

            names = names[(Frame.NameBytes + length)..];
        }
    }

    private void ReceiveRun(ArrivalTarget target, long first, int count, ReadOnlySpan<byte> entries)
    {
        if (target.Next != 0 && first > target.Next)
        {
            throw new InvalidDataException(
                $"Message {first} to '{target.Id}' came, and {target.Next} was expected; the link begins anew."
            );
        }

        // These messages came before the link broke, and were sent again.
        int known = target.Next == 0 ? 0 : (int)Math.Min(target.Next - first, count);
        target.Next = first + count;
        EntryReader reader = new(entries);
        for (int i = 0; i < known; i++)
        {
            reader.Next();
        }

        if (!target.IsActive)
        {
            target.IsActive = true;
            _active.Add(target);
        }

        int done = known;
        if (target.Waiting.Count == 0)
        {
            done = Deliver(target, ref reader, first, known, count);
        }

        if (done < count)
        {
            target.Waiting.Enqueue(new(reader.Rest.ToArray(), first + done, count - done));
        }
    }

    /// <summary>Hands over the messages of a run from an index on.</summary>
    /// <returns>The index of the first that found no room, which the reader stands at.</returns>
    private int Deliver(ArrivalTarget target, ref EntryReader reader, long first, int from, int count)
    {
        Participant? receiver = _host.FindTarget(target.Id);
        for (int i = from; i < count; i++)
        {
            EntryReader before = reader;
            reader.Next();
            string reason;
            SendStatus status = TryAccept(target, receiver, ref reader, first + i, out reason);
            if (status == SendStatus.Accepted)
            {
                continue;
            }

            if (
                status == SendStatus.QueueFull
                && receiver is { Target: { IsStopped: false } there }
                && reader.Message.Length <= there.Mailbox.LargestMessage
            )
            {
                reader = before;
                return i;
            }

            // This host decides otherwise than the sender's: a right was revoked after the send, or the receiver is not here any
            // more.
            target.AddRefused(first + i, reason);
        }

        return count;
    }

    private SendStatus TryAccept(
        ArrivalTarget target,
        Participant? receiver,
        ref EntryReader reader,
        long number,
        out string reason
    )
    {
        reason = "";
        ArrivalSender sender = _senders[reader.Sender];
        if (receiver?.Target is not Receiver there)
        {
            reason = $"nothing is registered under '{target.Id}' on the host that it was sent to";
            return SendStatus.TargetNotFound;
        }

        Route? route = target.RouteOf(sender, receiver);
        if (route is null)
        {
            // Only a sender that the table places on that silo may send from there.
            sender.Self = _host.FindSender(sender.Id, Peer);
            if (sender.Self is null)
            {
                reason = $"'{sender.Id}' is not on the host {Peer} by what this host knows";
                return SendStatus.CapabilityDenied;
            }

            if (sender.Topic is { } topic)
            {
                sender.Publication ??= _host.PublicationOf(sender.Self, topic);
            }

            route = _host.Registry.Resolve(sender.Self, receiver, sender.Topic);
            target.Keep(sender, receiver, route);
        }

        ReceiverWatch watch = target.WatchOf(there, _isArrival, this);
        bool isNumbered = _host.IsAtLeastOnce(target.Id);
        if (isNumbered)
        {
            there.HasGivenNumbers = true;
        }

        bool isRequest = (reader.Extras & MessageExtras.Request) != 0;
        OutcomeListener? listener =
            isRequest ? new ArrivedRequest(this, sender.Self!.MaxMessageBytes)
            : there.SettlesInOrder && !isNumbered ? null
            : new ArrivedMessage(this);
        if (reader.Extras != MessageExtras.None)
        {
            target.Awaited = number;
        }

        using Activity? within = StartWithin(reader.Trace);
        SendStatus status = Arrival.TryAccept(
            _host.Registry.Contexts,
            sender.Self!,
            route,
            reader.Message,
            listener,
            ref _sends,
            isNumbered ? number : null,
            sender.Publication,
            out long local
        );
        if (status == SendStatus.Accepted)
        {
            _accepted++;
            target.Add(watch, local, number, listener as IArrival);
        }
        else if (status != SendStatus.QueueFull)
        {
            reason =
                "refused by the host that it was sent to: "
                + MessageChecks.Explain(status, sender.Self!, target.Id, receiver, reader.Message.Length, sender.Topic);
        }

        return status;
    }

    /// <summary>
    /// Makes the message's send on the other silo the current activity, so that its handling belongs to the same trace; null: it is
    /// not traced.
    /// </summary>
    private static Activity? StartWithin(ReadOnlySpan<byte> trace) =>
        trace.IsEmpty || !MessageTraces.HasListeners
            ? null
            : new Activity("arrive").SetParentId(Encoding.ASCII.GetString(trace)).Start();

    private void Retry(ArrivalTarget target)
    {
        while (target.Waiting.TryPeek(out Waiting? waiting))
        {
            EntryReader reader = new(waiting.Entries.AsSpan(waiting.Offset));
            int done = Deliver(target, ref reader, waiting.First, 0, waiting.Count);
            if (done < waiting.Count)
            {
                waiting.Offset = waiting.Entries.Length - reader.Rest.Length;
                waiting.First += done;
                waiting.Count -= done;
                return;
            }

            target.Waiting.Dequeue();
        }
    }

    private void Collect()
    {
        for (int i = _active.Count - 1; i >= 0; i--)
        {
            ArrivalTarget target = _active[i];
            if (Collect(target) && !_toTell.Contains(target))
            {
                _toTell.Add(target);
            }

            if (target.Ranges.Count == 0 && target.Waiting.Count == 0)
            {
                target.IsActive = false;
                _active.RemoveAt(i);
            }
        }
    }

    /// <summary>Collects how many messages from the first on have their outcome.</summary>
    /// <returns>Whether any has that was not told.</returns>
    private bool Collect(ArrivalTarget target)
    {
        bool any = false;
        while (target.Ranges.TryPeek(out Range? range))
        {
            int settled = range.CountSettled();
            if (settled == 0)
            {
                break;
            }

            any = true;
            _isUrgent |= range.Number <= target.Awaited;
            Tell(target, range, settled);
            target.Through = range.Number + settled - 1;
            if (settled < range.Count)
            {
                range.Skip(settled);
                break;
            }

            target.Ranges.Dequeue();
        }

        return any;
    }

    private void Tell(ArrivalTarget target, Range range, int settled)
    {
        if (range.Refusal is { } refusal)
        {
            target.Ended.Add(new(range.Number, Outcome.Undeliverable, refusal));
            return;
        }

        for (int i = 0; i < settled; i++)
        {
            bool isOther = range.Watch!.TryTake(range.Local + i, out Outcome outcome, out string reason);
            if (range.Listener is { } listener)
            {
                (outcome, reason) = (listener.Outcome, listener.Reason);
                isOther = outcome != Outcome.Handled || listener.Answer is not null;
            }

            if (isOther)
            {
                target.Ended.Add(new(range.Number + i, outcome, reason, range.Listener?.Answer));
            }

            _ended[(int)outcome]++;
        }
    }

    /// <summary>Reads the entries of a run.</summary>
    private ref struct EntryReader(ReadOnlySpan<byte> entries)
    {
        public ReadOnlySpan<byte> Rest { get; private set; } = entries;

        public uint Sender { get; private set; }

        public MessageExtras Extras { get; private set; }

        /// <summary>The traceparent of the message's send; empty: it has none.</summary>
        public ReadOnlySpan<byte> Trace { get; private set; }

        public ReadOnlySpan<byte> Message { get; private set; }

        public void Next()
        {
            uint sender = BinaryPrimitives.ReadUInt32LittleEndian(Rest);
            int length = (int)BinaryPrimitives.ReadUInt32LittleEndian(Rest[4..]);
            Sender = sender & ~Frame.ExtrasFlag;
            Extras = MessageExtras.None;
            Trace = default;
            int at = Frame.EntryBytes;
            if ((sender & Frame.ExtrasFlag) != 0)
            {
                int trace = BinaryPrimitives.ReadUInt16LittleEndian(Rest[at..]);
                Extras = (MessageExtras)Rest[at + 2];
                Trace = Rest.Slice(at + Frame.ExtrasBytes, trace);
                at += Frame.ExtrasBytes + Frame.Padded(trace);
            }

            Message = Rest.Slice(at, length);
            Rest = Rest[(at + Frame.Padded(length))..];
        }
    }

    /// <summary>A sender, known by the other silo's number.</summary>
    private sealed class ArrivalSender(string id)
    {
        public string Id => id;

        /// <summary>The topic that the number stands for; null: none.</summary>
        public string? Topic { get; init; }

        public Participant? Self { get; set; }

        /// <summary>What its messages are published as here; null: they are sent to their targets alone.</summary>
        public Publication? Publication { get; set; }
    }

    /// <summary>Entries that wait for room in their receiver's mailbox.</summary>
    private sealed class Waiting(byte[] entries, long first, int count)
    {
        public byte[] Entries => entries;

        public int Offset { get; set; }

        public long First { get; set; } = first;

        public int Count { get; set; } = count;
    }

    /// <summary>Messages with consecutive numbers both in the outbox there and in the mailbox here.</summary>
    private sealed class Range(ReceiverWatch? watch, long local, long number, int count)
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
                of == watch
                && Listener is null
                && Refusal is null
                && local == Local + Count
                && number == Number + Count;
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
    private sealed class ArrivalTarget(uint key, string id)
    {
        private readonly Dictionary<ArrivalSender, Route> _routes = [];
        private Participant? _receiver;
        private ArrivalSender? _lastSender;
        private Route? _lastRoute;
        private ReceiverWatch? _watch;
        private Range? _lastRange;

        public uint Key => key;

        public string Id => id;

        /// <summary>The number of the next message; 0: none has come.</summary>
        public long Next { get; set; }

        public bool IsActive { get; set; }

        public Queue<Range> Ranges { get; } = new();

        public Queue<Waiting> Waiting { get; } = new();

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

    /// <summary>A message that is tracked by itself, and not in a range.</summary>
    internal interface IArrival
    {
        bool IsSettled { get; }

        Outcome Outcome { get; }

        string Reason { get; }

        /// <summary>The answer, where the message is a request that was answered.</summary>
        byte[]? Answer { get; }
    }

    /// <summary>A message to a receiver that does not settle in order, or that keeps its number.</summary>
    private sealed class ArrivedMessage(Inbound inbound) : OutcomeListener, IArrival
    {
        private volatile bool _isSettled;

        public bool IsSettled => _isSettled;

        public Outcome Outcome { get; private set; }

        public string Reason { get; private set; } = "";

        public byte[]? Answer => null;

        public override void Settled(Outcome outcome, string reason, long number)
        {
            (Outcome, Reason) = (outcome, reason);
            _isSettled = true;
            inbound.Schedule();
        }
    }

    /// <summary>A request, whose answer goes back with its outcome.</summary>
    private sealed class ArrivedRequest(Inbound inbound, int largestAnswer) : RequestListener, IArrival
    {
        private volatile bool _isSettled;

        public bool IsSettled => _isSettled;

        public Outcome Outcome { get; private set; }

        public string Reason { get; private set; } = "";

        public byte[]? Answer { get; private set; }

        public override string? Take(ReadOnlySpan<byte> answer)
        {
            string? problem = CheckLength(answer.Length, largestAnswer);
            Answer = problem is null ? answer.ToArray() : null;
            return problem;
        }

        public override void Settled(Outcome outcome, string reason, long number)
        {
            (Outcome, Reason) = (outcome, reason);
            _isSettled = true;
            inbound.Schedule();
        }
    }
}

/// <summary>What an inbound link needs of its silo.</summary>
internal interface IInboundHost
{
    Registry Registry { get; }

    /// <summary>The participant on this silo under an id, also while it is arriving or leaving; null: there is none.</summary>
    Participant? FindTarget(string id);

    /// <summary>The participant of another silo under an id; null: this silo knows none there.</summary>
    Participant? FindSender(string id, SiloAddress silo);

    /// <summary>Under which number messages are taken on that somebody of another silo published.</summary>
    Publication PublicationOf(Participant publisher, string topic);

    /// <summary>Whether a message's origin is a sender of another silo.</summary>
    bool IsArrival(uint origin);

    /// <summary>
    /// Whether messages to an id are delivered at least once: they are sent again where their fate is unknown, and so keep the
    /// numbers of their outboxes.
    /// </summary>
    bool IsAtLeastOnce(string id);

    /// <summary>Reports the outcomes of its messages to another silo.</summary>
    Task SettleAsync(SiloAddress silo, byte[] settlement);
}
