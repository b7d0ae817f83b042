using FireAndForget.Capacity;
using FireAndForget.Components;
using FireAndForget.Diagnostics;
using FireAndForget.Dispatching;
using FireAndForget.Events;
using FireAndForget.Guests;
using FireAndForget.Routing;
using FireAndForget.Threading;
using FireAndForget.Time;

namespace FireAndForget;

/// <summary>The parts of a host and how they are joined. It decides nothing; <see cref="MessagingHost"/> has the members for users.</summary>
internal sealed class HostParts
{
    /// <summary>How many loads run at once; each has a caller that waits for it.</summary>
    private const int MostLoads = 64;

    private readonly MessageSampling _sampling;
    private volatile bool _isAborting;

    /// <summary>Makes the parts and starts their threads.</summary>
    /// <param name="host">The scope of its instruments.</param>
    /// <param name="options">The host's own copy of its options.</param>
    /// <param name="fallback">Finds targets that are not registered here; null: there are none.</param>
    public HostParts(MessagingHost host, MessagingHostOptions options, ITargetResolver? fallback = null)
    {
        Options = options;
        Audit = Audit.Create(options.Logger, options.TimeProvider);
        MachineGuard machine = new(options.Machine);
        Loader = new(options.CompileCache, Audit)
        {
            Machine = machine,
            PrefersComponentApi = options.PrefersComponentApi,
            Wasi = new(options.TimeProvider != TimeProvider.System, options.RandomSeed is not null),
            Limits = options.CompileLimits,
            Process = options.CompileProcess,
        };
        Events = new(Audit is null ? null : Audit.Report);
        Accounts = new(Events, id => Services!.RandomOf(id));
        Ticker = new(Loader.Engine);
        ManualDispatcher? manual = null;
        if (options.Workers == 0)
        {
            manual = new(Ticker);
            Dispatcher = manual;
            Pump = new(manual, Accounts, Loads);
            Ticker.IsUsed = () => manual.IsPumping;
        }
        else
        {
            Dispatcher = Workers = new(options.Workers, options.WorkerSpin, Ticker, Accounts.CheckDrained, ReportError)
            {
                Room = Events.Room,
            };
            BuilderThreads = new("FireAndForget restarter", InstanceBuilders.Most);
            InstanceBuilders = new(BuilderThreads.Post, options.WorkerSpin, Ticker, ReportError);
        }

        Meter = new(host, Accounts, Events, Workers, ReportError);
        _sampling = new(Meter.Delivery, options.TimeProvider);
        Registry = new(new(_sampling, options.TimeProvider)) { Fallback = fallback };
        Ticker.OnTick = Tick;
        Services = new(
            Dispatcher,
            Registry,
            new SenderDirectory(() => Accounts.Receivers.Select(r => r.Mailbox)),
            Events,
            Ticker,
            options.TimeProvider,
            () => IsAborting,
            Finished
        )
        {
            InstanceBuilders = InstanceBuilders,
            CallsHandlersOnPump = Pump is not null,
            Deadlines = new(options.TimeProvider, ReportError),
            LaterIsDue = manual is null ? null : manual.AnnounceChange,
            RandomSeed = options.RandomSeed,
            GuestOutput = options.GuestOutput ?? Audit,
            Failed = ReportError,
            Audit = Audit,
            Memory = options.Memory,
        };
        LaterSchedule later = Services.Later;
        if (manual is not null)
        {
            manual.Later = later;
        }

        Factory = new(Loader, Services, machine, new(options.MemoryBytes), Loads);
        try
        {
            Ticker.Start();
            Workers?.Start();
        }
        catch
        {
            // The system has no more threads to give. The threads that have started would run for ever.
            Workers?.Dispose();
            Ticker.Dispose();
            Loader.Dispose();
            Meter.Dispose();
            throw;
        }
    }

    public MessagingHostOptions Options { get; }

    /// <summary>Held while something is registered or removed, and when the host begins to stop.</summary>
    public Lock Registering { get; } = new();

    /// <summary>The log; null where there is none.</summary>
    public Audit? Audit { get; }

    public GuestLoader Loader { get; }

    /// <summary>The threads on which guests are loaded.</summary>
    public GuestThreads Loads { get; } = new("FireAndForget loader", MostLoads);

    public EpochTicker Ticker { get; }

    public IDispatcher Dispatcher { get; }

    /// <summary>The workers; null in manual mode.</summary>
    public WorkerDispatcher? Workers { get; }

    /// <summary>Delivers in manual mode; null where there are workers.</summary>
    public ManualPump? Pump { get; }

    /// <summary>The threads of <see cref="InstanceBuilders"/>; null in manual mode.</summary>
    public GuestThreads? BuilderThreads { get; }

    /// <summary>Makes the fresh instances of restarted components; null in manual mode.</summary>
    public InstanceBuilders? InstanceBuilders { get; }

    public Registry Registry { get; }

    public EventHub Events { get; }

    public ReceiverAccounts Accounts { get; }

    public HostMeter Meter { get; }

    public HostServices Services { get; }

    public ComponentFactory Factory { get; }

    /// <summary>Whether guests are interrupted at the next tick, because the host comes to its end.</summary>
    public bool IsAborting
    {
        get => _isAborting;
        set => _isAborting = value;
    }

    /// <summary>Reports an error of the host itself that ends where it came up.</summary>
    public void ReportError(Exception e) => Audit?.WorkerFailed(e);

    /// <summary>
    /// Looks whether anybody listens to traces or delivery times. Routes hold whether messages may get contexts, so they have to be decided
    /// anew where that has changed.
    /// </summary>
    public void LookWhoListens()
    {
        if (_sampling.Look())
        {
            Registry.InvalidateAll();
        }
    }

    private void Tick()
    {
        // Another library of this process may have made an engine of its own meanwhile, which takes the fault signals.
        FaultSignals.Mend();
        Workers?.Tick();
        InstanceBuilders?.Tick();
        LookWhoListens();
    }

    private void Finished(Receiver receiver)
    {
        Audit?.Forget(receiver.Self.Id);
        Accounts.Remove(receiver);
    }
}
