using System.Globalization;
using FireAndForget.Diagnostics;
using FireAndForget.Dispatching;
using FireAndForget.Guests;
using FireAndForget.Guests.Compiling;
using FireAndForget.Guests.ComponentApi;
using FireAndForget.Routing;
using FireAndForget.Supervision;
using FireAndForget.Threading;
using FireAndForget.Validation;

namespace FireAndForget;

/// <summary>
/// Hosts WebAssembly components and endpoints and carries fire-and-forget messages between them: a send is validated, queued and
/// answered for at once, and handled later, in order. All members may be used from any thread.
/// </summary>
/// <example>
/// <code>
/// await using var host = new MessagingHost();
/// host.AddComponent("mirror", "mirror.wasm", new() { SendsTo = ["client"] });
/// Endpoint client = host.AddEndpoint("client", message => Console.WriteLine($"{message.Sender}: {message.Bytes.Length} bytes"));
/// SendStatus status = client.Send("mirror", "hello"u8);
/// await host.DrainAsync();
/// </code>
/// </example>
public sealed class MessagingHost : IAsyncDisposable
{
    /// <summary>How many loads run at once; each has a caller that waits for it.</summary>
    private const int MostLoads = 64;

    private readonly MessagingHostOptions _options;
    private readonly GuestLoader _loader;
    private readonly EpochTicker _ticker;
    private readonly ManualDispatcher? _manual;
    private readonly WorkerDispatcher? _workers;
    private readonly GuestThreads? _builderThreads;
    private readonly Builders? _builders;
    private readonly Registry _registry;
    private readonly MessageSampling _sampling;
    private readonly HostMeter _meter;
    private readonly Audit? _audit;
    private readonly EventHub _events;
    private readonly Bookkeeping _books;
    private readonly HostServices _services;
    private readonly GuestFactory _guests;
    private readonly GuestThreads _loads = new("FireAndForget loader", MostLoads);
    private readonly Lock _registering = new();
    private Task? _stopped;
    private volatile bool _aborting;

    /// <summary>Makes a host and starts its workers.</summary>
    /// <param name="options">How it runs; null: the defaults.</param>
    public MessagingHost(MessagingHostOptions? options = null)
    {
        _options = (options ?? new()).Taken();
        _audit = Audit.Create(_options.Logger, _options.TimeProvider);
        MachineGuard machine = new(_options.Machine);
        _loader = new(_options.CompileCache, _audit)
        {
            Machine = machine,
            PrefersComponentApi = _options.PrefersComponentApi,
            Wasi = HostWasi.Of(_options),
            Limits = _options.CompileLimits,
            Process = _options.CompileProcess,
        };
        _events = new(_audit);
        _books = new(_events);
        _ticker = new(_loader.Engine);
        IDispatcher dispatcher;
        if (_options.Workers == 0)
        {
            dispatcher = _manual = new(_ticker);
            _ticker.IsUsed = () => _manual.IsPumping;
        }
        else
        {
            dispatcher = _workers = new(_options.Workers, _options.WorkerSpin, _ticker, _books.CheckDrained, Failed)
            {
                Room = _events.Room,
            };
            _builderThreads = new("FireAndForget restarter", Builders.Most);
            _builders = new(_builderThreads.Post, _options.WorkerSpin, _ticker, Failed);
        }

        _meter = new(this, _books, _events, _workers, Failed);
        _sampling = new(_meter.Delivery, _options.TimeProvider);
        _registry = new(_sampling);
        _ticker.OnTick = Tick;

        _services = new(
            dispatcher,
            _registry,
            new SenderDirectory(() => _books.Receivers.Select(r => r.Mailbox)),
            _events,
            _ticker,
            _options.TimeProvider,
            () => _aborting,
            Finished
        )
        {
            Builders = _builders,
            RandomSeed = _options.RandomSeed,
            GuestLog = _options.GuestLog ?? _audit,
            Failed = Failed,
            Memory = _options.Memory,
        };
        _guests = new(_loader, _services, machine, new(_options.MemoryBytes), _loads);
        try
        {
            _ticker.Start();
            _workers?.Start();
        }
        catch
        {
            // The system has no threads to give: those that run already would run for ever.
            _workers?.Dispose();
            _ticker.Dispose();
            _loader.Dispose();
            _meter.Dispose();
            throw;
        }
    }

    /// <summary>What became of all sends so far.</summary>
    public HostStatistics Statistics => _books.Statistics;

    /// <summary>Loads a component from a file and registers it.</summary>
    /// <param name="id">Its id: 1 to 128 characters of a-z, 0-9, '-', '_', '.', '/', starting with a letter or digit.</param>
    /// <param name="path">A component or core module, <c>.wasm</c> or <c>.wat</c>.</param>
    /// <param name="options">What it may do, accepts and may use; null: the defaults, with which it may send to nobody.</param>
    /// <returns>The component.</returns>
    /// <exception cref="ArgumentException">The id is none, or is taken, or an option is not as it may be.</exception>
    /// <exception cref="ComponentLoadException">The file cannot be read or hosted, or failed while it was instantiated.</exception>
    /// <exception cref="ObjectDisposedException">The host was disposed of.</exception>
    public Component AddComponent(string id, string path, ComponentOptions? options = null) =>
        AddComponent(id, ComponentSource.FromFile(path), options);

    /// <summary>Loads a component and registers it.</summary>
    /// <param name="id">Its id: 1 to 128 characters of a-z, 0-9, '-', '_', '.', '/', starting with a letter or digit.</param>
    /// <param name="source">Where its WebAssembly comes from.</param>
    /// <param name="options">What it may do, accepts and may use; null: the defaults, with which it may send to nobody.</param>
    /// <returns>The component.</returns>
    /// <exception cref="ArgumentException">The id is none, or is taken, or an option is not as it may be.</exception>
    /// <exception cref="ComponentLoadException">The source cannot be read or hosted, or failed while it was instantiated.</exception>
    /// <exception cref="ObjectDisposedException">The host was disposed of.</exception>
    public Component AddComponent(string id, ComponentSource source, ComponentOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        CheckFree(id);
        ComponentOptions taken = (options ?? new()).Taken();
        GuestReceiver receiver = Load(() => _guests.Make(id, source, taken));
        try
        {
            Register(receiver);
        }
        catch
        {
            receiver.Discard();
            throw;
        }

        _audit?.ComponentLoaded(id, source);
        return new(this, receiver);
    }

    /// <summary>Registers an endpoint: a sender, and with a handler also a receiver.</summary>
    /// <param name="id">Its id: 1 to 128 characters of a-z, 0-9, '-', '_', '.', '/', starting with a letter or digit.</param>
    /// <param name="handler">Called for each message to it, one at a time and in order; null: nobody may send to it.</param>
    /// <param name="options">What it accepts; null: the defaults.</param>
    /// <returns>The endpoint.</returns>
    /// <exception cref="ArgumentException">The id is none, or is taken, or an option is not as it may be.</exception>
    /// <exception cref="ObjectDisposedException">The host was disposed of.</exception>
    public Endpoint AddEndpoint(string id, MessageHandler? handler = null, EndpointOptions? options = null)
    {
        CheckFree(id);
        (EndpointReceiver receiver, MessageSender sender) = MakeEndpoint(id, handler, (options ?? new()).Taken());
        Register(receiver);
        _audit?.EndpointAdded(id);
        return new(this, receiver, sender);
    }

    /// <summary>
    /// Loads all components of a topology and registers them together with its endpoints. Nothing is registered before
    /// everything is loaded; where something fails, the host is as before.
    /// </summary>
    /// <param name="topology">The topology.</param>
    /// <param name="handler">
    /// Called with an endpoint's id for each message to it: for one endpoint one at a time and in order, for several at once.
    /// </param>
    /// <param name="endpointOptions">What each endpoint accepts; null: the defaults.</param>
    /// <returns>The endpoints by their ids.</returns>
    /// <exception cref="ArgumentNullException">The topology or the handler is null.</exception>
    /// <exception cref="ArgumentException">An id is taken, or an option is not as it may be.</exception>
    /// <exception cref="ComponentLoadException">
    /// A component's file cannot be read or hosted, or failed while it was instantiated: the first of the topology that did.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The host was disposed of.</exception>
    public IReadOnlyDictionary<string, Endpoint> AddTopology(
        Topology topology,
        Action<string, ReceivedMessage> handler,
        EndpointOptions? endpointOptions = null
    )
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(handler);
        foreach (string id in topology.Components.Select(c => c.Id).Concat(topology.Endpoints))
        {
            CheckFree(id);
        }

        List<TopologyComponent> taken =
        [
            .. topology.Components.Select(c => new TopologyComponent(c.Id, c.Source, c.Options.Taken())),
        ];
        EndpointOptions takenForEndpoints = (endpointOptions ?? new()).Taken();
        _audit?.WarnOf(topology);
        List<GuestReceiver> components = Load(() => _guests.MakeAll(taken));
        try
        {
            (EndpointReceiver Receiver, MessageSender Sender)[] endpoints =
            [
                .. topology.Endpoints.Select(id =>
                    MakeEndpoint(id, message => handler(id, message), takenForEndpoints)
                ),
            ];
            Register([.. components, .. endpoints.Select(e => e.Receiver)]);
            _audit?.TopologyLoaded(topology);
            return endpoints.ToDictionary(e => e.Receiver.Self.Id, e => new Endpoint(this, e.Receiver, e.Sender));
        }
        catch
        {
            components.ForEach(c => c.Discard());
            throw;
        }
    }

    /// <summary>
    /// Replaces a component's guest by another version while messages fly. The new instance is made first, beside the one that
    /// runs; where that fails, the old version goes on. It takes over between two messages: the one being handled is finished by the
    /// old version, and what waits in the mailbox and all that is accepted after this returned is handled by the new one, in
    /// order. Nothing is lost, and the component's statistics go on.
    /// </summary>
    /// <param name="id">The component's id.</param>
    /// <param name="source">Where the new version's WebAssembly comes from.</param>
    /// <param name="options">
    /// What the new version may do, accepts and may use, its mailbox as it was; null: all as it is, what was granted or revoked
    /// meanwhile too. Sends from and to the component are decided with it as soon as this returned.
    /// </param>
    /// <returns>The component.</returns>
    /// <exception cref="ArgumentNullException">The id or the source is null.</exception>
    /// <exception cref="ArgumentException">No component is registered under the id, or the options ask for another mailbox.</exception>
    /// <exception cref="ComponentLoadException">The source cannot be read or hosted, or failed while it was instantiated.</exception>
    /// <exception cref="InvalidOperationException">The component has stopped.</exception>
    /// <exception cref="ObjectDisposedException">The host was disposed of.</exception>
    public Component Replace(string id, ComponentSource source, ComponentOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (!_registry.TryGet(id, out Participant? participant) || participant.Receiver is not GuestReceiver receiver)
        {
            throw new ArgumentException(
                $"No component is registered under {MessageId.Quote(id)}; add it instead.",
                nameof(id)
            );
        }

        ReplaceGuest(receiver, source, options);
        return new(this, receiver);
    }

    /// <summary>
    /// Removes a component or endpoint: from now on it is unknown to senders, the message that it is handling is finished, and
    /// what waits in its mailbox becomes <see cref="Outcome.Undeliverable"/>. The id is free at once.
    /// </summary>
    /// <param name="id">Its id.</param>
    /// <returns>Whether something was registered under that id.</returns>
    /// <exception cref="ArgumentNullException">The id is null.</exception>
    public bool Remove(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return _registry.TryGet(id, out Participant? participant) && Unregister(participant.Receiver);
    }

    /// <summary>
    /// Gives a component or endpoint one more capability while the host runs. Every send that begins after this returned is
    /// decided with it.
    /// </summary>
    /// <param name="id">Whose capability: the id of a component or endpoint.</param>
    /// <param name="capability">Whether it concerns what that one sends or what it receives.</param>
    /// <param name="pattern">Who is meant: an id, or a prefix of ids followed by <c>*</c>.</param>
    /// <returns>False where exactly this pattern was granted before.</returns>
    /// <exception cref="ArgumentNullException">The id or the pattern is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The capability is none of the enumeration's.</exception>
    /// <exception cref="ArgumentException">
    /// The pattern is none, nothing is registered under the id, or an endpoint without a handler is to receive.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The host was disposed of.</exception>
    /// <remarks>A message needs both: the sender's to send to the target, and the target's to receive from the sender.</remarks>
    public bool Grant(string id, Capability capability, string pattern) =>
        ChangeCapability(id, capability, pattern, isGranted: true);

    /// <summary>
    /// Takes a capability away while the host runs, whether options, a topology or <see cref="Grant"/> gave it. Every send that
    /// begins after this returned is decided without it; what was accepted before is delivered.
    /// </summary>
    /// <param name="id">Whose capability: the id of a component or endpoint.</param>
    /// <param name="capability">Whether it concerns what that one sends or what it receives.</param>
    /// <param name="pattern">The pattern as it was granted. A wider one that covers it stays, and goes on allowing what it covers.</param>
    /// <returns>False where exactly this pattern was not granted.</returns>
    /// <exception cref="ArgumentNullException">The id or the pattern is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The capability is none of the enumeration's.</exception>
    /// <exception cref="ArgumentException">The pattern is none, or nothing is registered under the id.</exception>
    /// <exception cref="ObjectDisposedException">The host was disposed of.</exception>
    public bool Revoke(string id, Capability capability, string pattern) =>
        ChangeCapability(id, capability, pattern, isGranted: false);

    /// <summary>
    /// Subscribes to what becomes of messages and components: <see cref="DeadLetter"/>, <see cref="SendRefused"/>,
    /// <see cref="ComponentRestarted"/>, <see cref="ComponentStopped"/>.
    /// </summary>
    /// <param name="capacity">
    /// How many events wait for a slow reader; further ones are counted in <see cref="EventSubscription.Missed"/>.
    /// <see cref="int.MaxValue"/>: all of them, whatever memory it takes.
    /// </param>
    /// <returns>The subscription.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is less than 1.</exception>
    public EventSubscription Subscribe(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        return _events.Subscribe(capacity);
    }

    /// <summary>As <see cref="Subscribe(int)"/>, with the default capacity.</summary>
    /// <returns>The subscription.</returns>
    public EventSubscription Subscribe() => _events.Subscribe(new EventSubscriptionOptions());

    /// <summary>As <see cref="Subscribe(int)"/>, with a choice of what happens where the reader is slow.</summary>
    /// <param name="options">How many events wait, and what becomes of more.</param>
    /// <returns>The subscription.</returns>
    /// <exception cref="ArgumentNullException">The options are null.</exception>
    public EventSubscription Subscribe(EventSubscriptionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return _events.Subscribe(options);
    }

    /// <summary>
    /// Waits until everything that was accepted is settled, also what was sent while messages were handled. In manual mode it
    /// pumps meanwhile.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting, not the delivering.</param>
    /// <returns>A task that ends when all is settled.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task DrainAsync(CancellationToken cancellationToken = default) =>
        _manual is null
            ? _books.WhenDrained().WaitAsync(cancellationToken)
            : PumpUntilAsync(_books.WhenDrained(), cancellationToken);

    /// <summary>Delivers messages on this thread, in manual mode (<see cref="MessagingHostOptions.Workers"/> is 0), until none is left.</summary>
    /// <param name="maxMessages">The most to deliver.</param>
    /// <returns>How many messages were settled.</returns>
    /// <exception cref="InvalidOperationException">
    /// The host has workers, or somebody is pumping it already, or the thread has less than 1 MiB of stack left, which guests need.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public int Pump(int maxMessages = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxMessages);
        ManualDispatcher manual =
            _manual
            ?? throw new InvalidOperationException(
                $"This host has {_options.Workers} workers that deliver; Pump is for manual mode, {nameof(MessagingHostOptions.Workers)} = 0."
            );
        if (!StackRoom.IsEnough)
        {
            throw new InvalidOperationException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Pump runs guests on the stack of its thread, which has {StackRoom.Left:N0} bytes left of the {StackRoom.Least:N0} "
                        + $"that they need: pump on a thread with a larger stack, or let the host have workers."
                )
            );
        }

        if (!manual.TryPump(maxMessages, out int settled))
        {
            throw new InvalidOperationException(
                "Pump is running already: only one thread may pump a host at a time, and a handler may not pump."
            );
        }

        manual.AnnounceChange();
        return settled;
    }

    /// <summary>
    /// Stops the host: nothing is accepted any more, what was accepted may be handled within
    /// <see cref="MessagingHostOptions.StopTime"/>, and the rest becomes <see cref="Outcome.Undeliverable"/>. A guest is then
    /// interrupted; a handler of an endpoint that does not return within <see cref="MessagingHostOptions.HandlerStopTime"/> is
    /// given up: its message is undeliverable too, and the thread is left to it.
    /// </summary>
    /// <returns>A task that ends when everything is settled and its threads have ended, but for those that were given up.</returns>
    public ValueTask DisposeAsync() => StopAsync(_options.StopTime);

    /// <summary>As <see cref="DisposeAsync"/>, with a time of its own.</summary>
    /// <param name="time">How long accepted messages may still be handled; zero: not at all.</param>
    /// <returns>A task that ends when everything is settled and its threads have ended.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public ValueTask StopAsync(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_registering)
        {
            if (_stopped is not null)
            {
                return new(_stopped);
            }

            _stopped = stopped.Task;
        }

        return new(StopOnceAsync(time, stopped));
    }

    /// <summary>How far loads are.</summary>
    internal LoadProgress Loading => _loader.Progress;

    /// <summary>Every receiver that may still have something to settle: none when the host has stopped.</summary>
    internal IReadOnlyList<Receiver> Receivers => _books.Receivers;

    /// <summary>How many ids of senders are kept.</summary>
    internal int SenderCount => _services.Directory.Count;

    /// <summary>How many sends were refused for a reason.</summary>
    internal long CountRefused(SendStatus reason) => _events.RefusalsBecause(reason);

    internal bool Unregister(Receiver receiver)
    {
        lock (_registering)
        {
            if (
                !_registry.TryGet(receiver.Self.Id, out Participant? registered)
                || registered.Receiver != receiver
                || !_registry.TryRemove(receiver.Self.Id, out _)
            )
            {
                return false;
            }
        }

        receiver.Self.HasLeft = receiver is EndpointReceiver;
        receiver.Close("its receiver was removed");
        _audit?.Removed(receiver.Self.Id);
        return true;
    }

    internal void ReplaceGuest(GuestReceiver receiver, ComponentSource source, ComponentOptions? options)
    {
        ArgumentNullException.ThrowIfNull(source);
        ObjectDisposedException.ThrowIf(_stopped is not null, this);
        ComponentOptions? after = options?.Taken();
        if (after is not null && !after.Mailbox.IsSameAs(receiver.Options.Mailbox))
        {
            throw new ArgumentException(
                $"The mailbox of '{receiver.Self.Id}' stays when it is replaced: give {receiver.Options.Mailbox}, or remove it and "
                    + "add the new version.",
                nameof(options)
            );
        }

        Load(() =>
        {
            _guests.Replace(receiver, source, after);
            return receiver;
        });
        _audit?.ComponentReplaced(receiver.Self.Id, source);
    }

    /// <summary>What the end of the host interrupts is no fault of the guest.</summary>
    private T Load<T>(Func<T> load)
    {
        try
        {
            return load();
        }
        catch (ComponentLoadException e) when (_stopped is not null && _aborting)
        {
            throw new ObjectDisposedException("The host was disposed of while it loaded a component.", e);
        }
    }

    private bool ChangeCapability(string id, Capability capability, string pattern, bool isGranted)
    {
        ObjectDisposedException.ThrowIf(_stopped is not null, this);
        bool isChanged = _registry.ChangeCapability(id, capability, pattern, isGranted);
        if (isChanged)
        {
            _audit?.CapabilityChanged(id, capability, pattern, isGranted);
        }

        return isChanged;
    }

    private void CheckFree(string id)
    {
        MessageId.Check(id, nameof(id));
        ObjectDisposedException.ThrowIf(_stopped is not null, this);
        if (_registry.Contains(id))
        {
            throw new ArgumentException(
                $"'{id}' is registered already; remove it first, or take another id.",
                nameof(id)
            );
        }
    }

    private (EndpointReceiver Receiver, MessageSender Sender) MakeEndpoint(
        string id,
        MessageHandler? handler,
        EndpointOptions options
    )
    {
        if (handler is null)
        {
            options.ReceivesFrom = [];
        }

        Participant self = new(id, _services.Directory.NumberOf(id), ["*"], options, allowance: null)
        {
            OnlySends = handler is null,
        };
        return (
            new(self, options.Mailbox, handler ?? (_ => { }), _services),
            new MessageSender(_registry, self, _events)
        );
    }

    private void Tick()
    {
        // Another library of the process may have made an engine meanwhile.
        FaultSignals.Mend();
        _workers?.Tick();
        _builders?.Tick();
        LookWhoListens();
    }

    /// <summary>While somebody listens every send may become a sample, which routes are decided anew for.</summary>
    private void LookWhoListens()
    {
        if (_sampling.Look())
        {
            _registry.Changed();
        }
    }

    /// <summary>Registers all of them or, where an id is taken, none.</summary>
    private void Register(params ReadOnlySpan<Receiver> receivers)
    {
        LookWhoListens();
        lock (_registering)
        {
            foreach (Receiver receiver in receivers)
            {
                CheckFree(receiver.Self.Id);
            }

            foreach (Receiver receiver in receivers)
            {
                receiver.Self.Receiver = receiver;
                _books.Add(receiver);
                _registry.TryAdd(receiver.Self);
            }
        }
    }

    /// <summary>Pumps on this thread until the task is done; where somebody else is pumping, that one does it.</summary>
    private async Task PumpUntilAsync(Task done, CancellationToken cancellationToken)
    {
        try
        {
            while (!done.IsCompleted)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Task changed = _manual!.WhenChanged();
                // A part at a time, so that a cancellation is seen although there is always more.
                if (PumpPart(out int settled))
                {
                    _books.CheckDrained();
                }

                if (!done.IsCompleted && settled == 0)
                {
                    // What is left cannot be handled here and now, such as the mailbox of a component that pauses.
                    await Task.WhenAny(changed, done).WaitAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            _manual!.AnnounceChange();
        }
    }

    /// <summary>Pumps here or, where whoever goes on here has too little stack, on a thread of the host's own.</summary>
    private bool PumpPart(out int settled)
    {
        if (StackRoom.IsEnough)
        {
            return _manual!.TryPump(Worker.Quota, out settled);
        }

        (bool isPumped, settled) = _loads.Run(() => (_manual!.TryPump(Worker.Quota, out int count), count));
        return isPumped;
    }

    private async Task StopOnceAsync(TimeSpan time, TaskCompletionSource stopped)
    {
        // Whatever a listener, a logger or a clock throws, everybody who stops the host or waits for its events comes to an end.
        try
        {
            _registry.Close();
            _audit?.HostStopping(time);
            if (time == TimeSpan.Zero)
            {
                Abort();
            }

            await SettleAllAsync(time).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Failed(e);
            Try(Abort);
        }

        try
        {
            // Not on a worker itself, where a continuation may have brought us: it waits for all of them.
            await Task.Run(EndThreads).ConfigureAwait(false);
            Try(_ticker.Dispose);
            Try(_loader.Dispose);
            Try(_events.Complete);
            Try(_meter.Dispose);
            Try(() => _audit?.HostStopped(Statistics));
        }
        finally
        {
            stopped.SetResult();
        }
    }

    private async Task SettleAllAsync(TimeSpan time)
    {
        // First the guests are interrupted; what .NET code does not leave by itself, later.
        TimeSpan further = _options.HandlerStopTime + EpochTicker.Tick;
        Timer deadline = new(
            _ => Try(ComeToAnEnd),
            null,
            Timers.Clamp(_aborting ? further : time),
            Timers.Clamp(further)
        );
        await DrainAsync().ConfigureAwait(false);
        // What comes now has no events.
        _events.Room.End();
        CloseAll();
        Task empty = _books.WhenEmpty();
        await (_manual is null ? empty : PumpUntilAsync(empty, CancellationToken.None)).ConfigureAwait(false);
        await deadline.DisposeAsync().ConfigureAwait(false);
    }

    private void EndThreads()
    {
        if (_workers is not null)
        {
            Try(_workers.Dispose);
        }

        if (_builderThreads is not null)
        {
            Try(_builderThreads.Dispose);
        }

        // What is being loaded is interrupted at the next tick.
        _aborting = true;
        Try(_loads.Dispose);
    }

    /// <summary>Does what must not keep the rest from being done, or runs where an exception would end the process.</summary>
    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            Failed(e);
        }
    }

    /// <summary>The time to stop is up: what is being handled is interrupted, and what waits is given up.</summary>
    private void Abort()
    {
        _aborting = true;
        // Whoever does not read its events does not keep the host from stopping.
        _events.Room.End();
        CloseAll();
    }

    private void ComeToAnEnd()
    {
        if (_aborting)
        {
            AbandonHandlers();
        }
        else
        {
            Abort();
        }
    }

    private void AbandonHandlers()
    {
        foreach (Receiver receiver in _books.Receivers)
        {
            if (receiver.TryAbandon("the host stopped, and the endpoint's handler did not return"))
            {
                _audit?.HandlerAbandoned(receiver.Self.Id);
                _services.Dispatcher.Abandon(receiver);
                _books.CheckDrained();
            }
        }
    }

    private void Finished(Receiver receiver)
    {
        _audit?.Forget(receiver.Self.Id);
        _books.Remove(receiver);
    }

    private void Failed(Exception e) => _audit?.WorkerFailed(e);

    private void CloseAll()
    {
        foreach (Receiver receiver in _books.Receivers)
        {
            receiver.Close("the host stopped");
        }
    }
}
