using FireAndForget.Buffers;
using FireAndForget.Dispatching;
using FireAndForget.Guests.Instances;
using FireAndForget.Routing;

namespace FireAndForget.Components;

/// <summary>
/// A component as a receiver: the version of its guest that runs, the instance that handles its messages, and what happens when an
/// instance does not survive a message. It settles what the guest answers. A fresh instance gets the messages behind the one that
/// ended the instance before; likewise the first instance of a version that replaces another.
/// </summary>
internal sealed partial class ComponentReceiver : Receiver
{
    /// <summary>How many cache lines of an instance a delivery reads.</summary>
    private const int FetchedLinesOfGuest = 5;

    private readonly HostServices _services;
    private readonly Lock _replacing = new();
    private ComponentVersion _version;
    private RestartPolicy _restarts;
    private Guest? _guest;
    private volatile Replacement? _replacement;
    private int _replacements;
    private bool _isDisposed;
    private ITimer? _pause;

    /// <summary>The fresh instance that is being made. There is one at a time.</summary>
    private volatile InstanceBuild? _build;
    private bool _isSlow;
    private string _restartReason = "";
    private volatile bool _restartDue;
    private volatile bool _memoryWanted;
    private long _memoryBytes;
    private long _restarted;
    private bool _hasContexts;

    /// <summary>The numbers of the messages of the batch of which there is something to tell.</summary>
    private long[] _numbers = [];

    /// <summary>Whether the last turn ended an instance.</summary>
    private bool _hasEnded;

    /// <summary>A component with its first instance.</summary>
    /// <param name="self">Its registration.</param>
    /// <param name="code">Its guest's code.</param>
    /// <param name="options">Its options.</param>
    /// <param name="services">Its host.</param>
    /// <param name="disposed">Called when it does not need the code any more.</param>
    /// <param name="commit">The load that makes it; null: nobody cancels it.</param>
    /// <exception cref="ComponentLoadException">The guest cannot be instantiated.</exception>
    public ComponentReceiver(
        Participant self,
        GuestCode code,
        ComponentOptions options,
        HostServices services,
        Action disposed,
        LoadCommit? commit = null
    )
        : base(self, options.Mailbox, services)
    {
        _services = services;
        _restarts = new(options.Restart, services.Time, services.RandomOf(self.Id));
        Requests = new(self, options.Limits.OpenRequests, Ledger, services.Deadlines, services.Events)
        {
            Accepted = () => Mailbox.Accepted,
            Wake = Wake,
        };
        SentRequests = Requests;
        Sender = new(services.Registry, self, services.Events, services.Audit)
        {
            Requests = Requests,
            Later = new(services.Later, Ledger, () => Options.Limits.LaterMessages),
        };
        _version = new(this, code, options, services, number: 0, disposed, commit);
        _guest = _version.Instantiate();
        RecordMemory();
    }

    /// <summary>The send path of the guest.</summary>
    public MessageSender Sender { get; }

    /// <summary>The requests of the guest.</summary>
    public OpenRequests Requests { get; }

    public override bool IsPaused => _guest is null;

    /// <summary>The options of the version that is to handle what is sent from now on.</summary>
    public ComponentOptions Options
    {
        get
        {
            lock (_replacing)
            {
                return (_replacement?.Version ?? _version).Options;
            }
        }
    }

    /// <summary>The code of the version that is to handle what is sent from now on.</summary>
    public GuestCode Code
    {
        get
        {
            lock (_replacing)
            {
                return (_replacement?.Version ?? _version).Code;
            }
        }
    }

    /// <summary>How many fresh instances the component has got.</summary>
    public long Restarts => Volatile.Read(ref _restarted);

    /// <summary>Whether another version waits to take over from the one that runs.</summary>
    public bool IsReplaced => _replacement is not null;

    protected override long TicksMet => _hasEnded ? AllTicks : _guest?.TicksMet ?? 0;

    protected override bool HasOtherWork =>
        Requests.HasReplies || _restartDue || _replacement is not null || _build is { IsMade: true };

    /// <summary>
    /// The bytes of the guest's memory: now, where no worker has it; else when a worker last looked, and before its next batch the
    /// worker looks again. Any thread.
    /// </summary>
    public long MeasureMemory()
    {
        if (TryBorrow())
        {
            RecordMemory();
            End();
        }
        else
        {
            _memoryWanted = true;
        }

        return Volatile.Read(ref _memoryBytes);
    }

    /// <summary>Frees what belongs to a component that was never registered.</summary>
    public void Discard() => DisposeResources();

    public override void FetchParts()
    {
        base.FetchParts();
        if (Volatile.Read(ref _guest) is { } guest)
        {
            CacheLines.FetchObject(guest, FetchedLinesOfGuest);
        }
    }

    public override void FetchInstance() => Volatile.Read(ref _guest)?.FetchInstance();

    public override void FetchMessage()
    {
        base.FetchMessage();
        Volatile.Read(ref _guest)?.FetchMemory();
    }

    protected override int DeliverNext(int quota)
    {
        if (_replacement is not null)
        {
            TakeReplacement();
        }

        if (_restartDue)
        {
            RestartAfterPause();
        }

        if (_build is { IsMade: true })
        {
            TakeBuild();
        }

        if (_guest is null)
        {
            return 0;
        }

        if (_memoryWanted)
        {
            RecordMemory();
        }

        if (Requests.HasReplies && TryDeliverReply(ref quota))
        {
            return 1;
        }

        _hasEnded = false;
        Ledger.InFlight = quota;
        Delivery delivery = _guest.Deliver(Mailbox, quota);
        if (delivery is { Rejected: 0, Fault: null } && !_hasContexts)
        {
            Record(Outcome.Handled, delivery.Answered);
            Ledger.InFlight = 0;
            return delivery.Answered;
        }

        return SettleAndReport(_guest, delivery);
    }

    protected override void DisposeResources()
    {
        EndVersion();
        lock (_replacing)
        {
            _isDisposed = true;
        }

        if (_replacement is { } unused)
        {
            _replacement = null;
            Guard(unused.Dispose);
        }
    }

    private void RecordMemory()
    {
        _memoryWanted = false;
        Volatile.Write(ref _memoryBytes, _guest?.MemoryBytes ?? 0);
    }
}
