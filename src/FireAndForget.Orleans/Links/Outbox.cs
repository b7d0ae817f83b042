using System.Diagnostics.CodeAnalysis;
using FireAndForget.Dispatching;
using FireAndForget.Messages;
using FireAndForget.Routing;

namespace FireAndForget.Orleans.Links;

/// <summary>
/// Stands in a silo for a receiver of another one. A message to that receiver goes through all checks into this mailbox, and from
/// there in runs into the frames of a link. It stays in the mailbox until the other silo has reported its outcome. So the mailbox
/// is queue, window, resend buffer and record of unknown fates in one, and its bounds are those of all of them. Each turn runs on
/// the thread pool.
/// </summary>
internal sealed partial class Outbox : Receiver, IThreadPoolWorkItem
{
    /// <summary>How many messages a turn hands to its link at most, before others of the thread pool come.</summary>
    private const int Quota = 4096;

    private static int _lastKey;

    private readonly HostServices _services;
    private readonly ReceiverAccounts _accounts;
    private readonly Lock _lock = new();

    /// <summary>How many messages at the mailbox's head are under way. Its turn writes.</summary>
    private int _taken;
    private uint _key;
    private volatile Link? _link;
    private volatile bool _isHeld;
    private volatile bool _waitsForRoom;
    private volatile int _window = int.MaxValue;
    private TaskCompletionSource? _quiet;
    private Action? _whenEmpty;

    /// <summary>An outbox.</summary>
    /// <param name="self">For whom it stands.</param>
    /// <param name="bounds">What may wait and be under way.</param>
    /// <param name="services">The host, whose dispatcher it does not use.</param>
    /// <param name="accounts">The host's accounts.</param>
    public Outbox(Participant self, MailboxOptions bounds, HostServices services, ReceiverAccounts accounts)
        : base(self, bounds, services with { Dispatcher = ThreadPoolDispatcher.Instance })
    {
        _services = services;
        _accounts = accounts;
        self.Target = this;
    }

    /// <summary>The number by which the other silo knows this outbox.</summary>
    public uint Key => Volatile.Read(ref _key);

    /// <summary>How many messages are under way.</summary>
    public int UnderWay => Volatile.Read(ref _taken);

    /// <summary>How many messages may be under way.</summary>
    public int Window
    {
        get => _window;
        set => _window = value;
    }

    /// <summary>The link to which its messages go; null: there is none for now.</summary>
    public Link? Link => _link;

    public override bool IsPaused => _isHeld || _waitsForRoom || _link is null || _taken >= _window;

    public override bool SettlesInOrder => true;

    /// <summary>
    /// Whether reports wait that its turn has not seen yet. The messages under way may then be others than it shows.
    /// </summary>
    protected override bool HasOtherWork => _hasNews;

    protected override bool HasDeliverable => !IsPaused && Mailbox.Count > _taken;

    protected override bool HasNext => Mailbox.TryPeek(_taken, out _, out _);

    protected override bool OnlyWaits => _taken != 0 && !IsGivenUp;

    private bool IsGivenUp => _services.IsAborting();

    /// <summary>Runs a turn.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever comes out of a turn is reported by the receiver.")]
    public void Execute()
    {
        try
        {
            Begin();
            Deliver(Quota);
            if (!IsDone)
            {
                End();
            }
        }
        catch (Exception e)
        {
            GiveUp(e);
        }

        _accounts.CheckDrained();
    }

    /// <summary>The message that comes behind those under way and <paramref name="ahead"/> more. For the link, in a turn.</summary>
    public bool TryPeekNext(int ahead, out uint origin, out ReadOnlySpan<byte> message) =>
        Mailbox.TryPeek(_taken + ahead, out origin, out message);

    /// <summary>The number of that message. For the link, in a turn.</summary>
    public long NumberOfNext(int ahead) => Mailbox.NumberOf(_taken + ahead);

    /// <summary>The context of a message. For the link, in a turn.</summary>
    public MessageContext ContextOf(uint origin) => Contexts!.Of(origin);

    /// <summary>Notes that the link has no room; it calls <see cref="RoomMade"/> when it has. For the link, in a turn.</summary>
    public void WaitForRoom() => _waitsForRoom = true;

    /// <summary>Called when the link has room again.</summary>
    public void RoomMade()
    {
        _waitsForRoom = false;
        Look();
    }

    /// <summary>Hands no message over until <see cref="ConnectTo"/>.</summary>
    /// <returns>A task that ends when nothing is under way.</returns>
    public Task HoldAsync()
    {
        Task quiet;
        lock (_lock)
        {
            _isHeld = true;
            _quiet ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            quiet = _quiet.Task;
        }

        Look();
        return quiet;
    }

    /// <summary>
    /// Sends the waiting messages to a link. Where it is another one than before no message is under way, or the outbox was told that
    /// its link is lost.
    /// </summary>
    public void ConnectTo(Link link)
    {
        Link? before = _link;
        if (before != link)
        {
            _link = null;
            before?.Detach(this);
            // Each link gets another key: the other silo may have had messages of this outbox before, with others in between. On the
            // same link the key stays, because messages may be under way that the other silo reports on by it.
            _key = (uint)Interlocked.Increment(ref _lastKey);
            link.Attach(this);
        }

        lock (_lock)
        {
            _link = link;
            _isHeld = false;
            _waitsForRoom = false;
            // Who still waits for the outbox to be quiet waits for a move that has ended.
            _quiet?.TrySetCanceled();
            _quiet = null;
        }

        Look();
    }

    /// <summary>
    /// Runs an action, in a turn, when the outbox holds no message at all, and then closes it, so that senders find the successor.
    /// The action registers the successor, and does not wait.
    /// </summary>
    public void SucceedWhenEmpty(Action action)
    {
        lock (_lock)
        {
            _whenEmpty = action;
        }

        HasSuccessor = true;
        Look();
    }

    /// <summary>Cancels the succession, where it has not happened yet.</summary>
    /// <returns>Whether it goes on.</returns>
    public bool TryCancelSuccession()
    {
        lock (_lock)
        {
            if (_whenEmpty is null)
            {
                return false;
            }

            _whenEmpty = null;
            HasSuccessor = false;
            return true;
        }
    }

    protected override int DeliverNext(int quota)
    {
        int settled = TakeNews();
        int handed = 0;
        while (handed < quota && !IsPaused && _link is { } link)
        {
            int run = link.Take(this, Math.Min(quota - handed, _window - _taken), out int contexts);
            if (run == 0)
            {
                if (_hasNews)
                {
                    settled += TakeNews();
                    continue;
                }

                break;
            }

            Volatile.Write(ref _taken, _taken + run);
            _contexts += contexts;
            handed += run;
            link.Pump();
        }

        Ledger.InFlight = _taken;
        TrySucceed();
        return settled + handed;
    }

    protected override int DiscardWaiting(int quota)
    {
        int settled = TakeNews();
        if (_taken != 0)
        {
            if (!IsGivenUp)
            {
                return settled;
            }

            settled += LoseTaken("this host stopped before it was told what became of the message");
        }

        return settled + base.DiscardWaiting(quota);
    }

    protected override void DisposeResources()
    {
        _link?.Detach(this);
        lock (_lock)
        {
            _quiet?.TrySetResult();
        }
    }

    private void Look()
    {
        _hasNews = true;
        Wake();
    }

    private void TrySucceed()
    {
        Action? whenEmpty;
        lock (_lock)
        {
            whenEmpty = _whenEmpty;
            if (whenEmpty is null || _taken != 0 || !Mailbox.TryCloseEmpty())
            {
                return;
            }

            _whenEmpty = null;
        }

        whenEmpty();
        Close("its receiver has come to this host");
    }

    /// <summary>Runs outboxes on the thread pool, so that no worker that delivers to guests waits for a link.</summary>
    private sealed class ThreadPoolDispatcher : IDispatcher
    {
        public static readonly ThreadPoolDispatcher Instance = new();

        public void Enqueue(Receiver receiver) =>
            ThreadPool.UnsafeQueueUserWorkItem((Outbox)receiver, preferLocal: false);

        public void Abandon(Receiver receiver) { }
    }
}
