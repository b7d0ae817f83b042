using Orleans.Runtime;

namespace FireAndForget.Orleans.Links;

/// <summary>
/// The inbound link from one silo: puts its frames in order, hands each message over by the checks of a send, and reports the
/// outcomes to that silo, as the answer to its frames, or by a call of its own when no frame comes. In parts by topic.
/// </summary>
internal sealed partial class Inbound : IThreadPoolWorkItem, IDisposable
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
    private volatile bool _isGone;
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

    /// <summary>
    /// Whether it is fenced off and everything that came is settled: its counts do not change any more, and nobody need keep it.
    /// </summary>
    public bool IsSpent
    {
        get
        {
            lock (_lock)
            {
                Collect();
                return _isFenced && _active.Count == 0;
            }
        }
    }

    /// <summary>Whether it was disposed of.</summary>
    public bool IsGone => _isGone;

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
            CheckConfirmed(frame.SettledThrough);
            Confirm(frame.SettledThrough);
            Check(frame);
            if (frame.Session != _session || frame.Number < _next)
            {
                // The frame is of a session before the link broke: its messages come again.
                return null;
            }

            if (frame.Number == _next)
            {
                Process(frame);
                ProcessEarly();

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
            // Where a session has begun meanwhile nobody waits for this answer, and a settlement in it would be lost.
            return frame.Session == _session ? WriteSettlement() : null;
        }
    }

    /// <summary>Begins a session.</summary>
    /// <exception cref="InvalidOperationException">A later one has begun: the call was given up by its caller, and came late.</exception>
    /// <exception cref="InvalidDataException">A settlement was confirmed that was never told.</exception>
    public LinkState Resume(uint session, ulong settledThrough)
    {
        lock (_lock)
        {
            ThrowIfFenced();
            if (session <= _session)
            {
                throw new InvalidOperationException(
                    $"Session {session} of the link from {Peer} was to begin when session {_session} had."
                );
            }

            CheckConfirmed(settledThrough);
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
                Settlements = FirstUnconfirmed(),
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

    public void Dispose()
    {
        lock (_lock)
        {
            _isGone = true;
            _timer.Dispose();
        }
    }

    private void ThrowIfFenced()
    {
        if (_isFenced)
        {
            throw new InvalidOperationException(
                $"The silo {Peer} was declared dead, and nothing is taken from it any more."
            );
        }
    }
}
