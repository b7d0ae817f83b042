using FireAndForget.Components;
using FireAndForget.Dispatching;
using FireAndForget.Events;
using FireAndForget.Guests.Instances;
using FireAndForget.Mailboxes;
using FireAndForget.Routing;
using FireAndForget.Tests.Exploring;
using FireAndForget.Time;

namespace FireAndForget.Tests.Dispatching;

/// <summary>
/// The parts of a host, put together as <see cref="MessagingHost"/> does, but for the epoch ticker: its thread does not run, so nothing
/// that a wake-up missed is made good by the next tick. It notes what became of each message.
/// </summary>
internal sealed class ScheduledHost
{
    private static readonly Wasmtime.Engine Engine = new();

    private readonly SenderDirectory _directory = new();
    private readonly EventHub _events = new();
    private readonly EpochTicker _ticker = new(Engine);
    private readonly HostServices _services;
    private readonly EventSubscription _told;
    private readonly WorkerDispatcher? _workers;
    private readonly List<Thread> _builders = [];

    /// <summary>A host.</summary>
    /// <param name="workers">How many threads deliver; 0: none, the scenario pumps.</param>
    /// <param name="time">Its clock; null: the system's.</param>
    public ScheduledHost(int workers, TimeProvider? time = null)
    {
        Accounts = new(_events, _ => new(1));
        _told = _events.Subscribe(int.MaxValue);
        IDispatcher dispatcher =
            workers == 0
                ? Manual = new(_ticker)
                : _workers = new(
                    workers,
                    TimeSpan.Zero,
                    _ticker,
                    Accounts.CheckDrained,
                    e => Expect.True(e is ThreadInterruptedException, () => $"A worker threw {e}")
                );
        _services = new(
            dispatcher,
            Registry,
            _directory,
            _events,
            _ticker,
            time ?? TimeProvider.System,
            () => false,
            Accounts.Remove
        )
        {
            InstanceBuilders = workers == 0 ? null : new(AddBuilder, TimeSpan.Zero, _ticker, Throw),
        };
        _workers?.Start();
    }

    public Registry Registry { get; } = new();

    public ReceiverAccounts Accounts { get; }

    /// <summary>The dispatcher without threads; null where it has workers.</summary>
    public ManualDispatcher? Manual { get; }

    /// <summary>What the host told of so far.</summary>
    public List<HostEvent> Events { get; } = [];

    /// <summary>Registers an endpoint.</summary>
    public EndpointReceiver AddEndpoint(string id, MessageHandler handler, MailboxOptions? mailbox = null)
    {
        Participant self = new(
            id,
            _directory.NumberOf(id),
            ["*"],
            new MessagingEndpointOptions { Mailbox = mailbox ?? new() },
            allowance: null
        );
        EndpointReceiver receiver = new(self, mailbox ?? new(), handler, answering: null, _services);
        Register(receiver);
        return receiver;
    }

    /// <summary>Registers a receiver of another kind.</summary>
    public T Add<T>(string id, Func<Participant, HostServices, T> make)
        where T : Receiver
    {
        T receiver = make(
            new(id, _directory.NumberOf(id), ["*"], new MessagingEndpointOptions(), allowance: null),
            _services
        );
        Register(receiver);
        return receiver;
    }

    /// <summary>Registers a component.</summary>
    public ComponentReceiver AddComponent(string id, GuestCode code, ComponentOptions options, Action disposed)
    {
        Participant self = new(id, _directory.NumberOf(id), options.SendsTo, options, allowance: null);
        ComponentReceiver receiver = new(self, code, options, _services, disposed);
        Register(receiver);
        return receiver;
    }

    /// <summary>The send path of a participant without a receiver.</summary>
    public MessageSender AddSender(string id) =>
        new(
            Registry,
            new(id, _directory.NumberOf(id), ["*"], new MessagingEndpointOptions(), allowance: null),
            _events
        );

    /// <summary>The send path of a participant without a receiver that may send later messages and publish.</summary>
    public MessageSender AddPlanner(string id, LaterSchedule schedule, int most) =>
        new(
            Registry,
            new(
                id,
                _directory.NumberOf(id),
                ["*"],
                new MessagingEndpointOptions(),
                allowance: null,
                publishesTo: ["*"]
            ),
            _events
        )
        {
            Later = new(schedule, new(), () => most),
        };

    /// <summary>Sends a number of messages of one byte, counted from 0.</summary>
    /// <returns>How many were accepted.</returns>
    public int Send(string from, string target, int count)
    {
        MessageSender sender = AddSender(from);
        int accepted = 0;
        for (int i = 0; i < count; i++)
        {
            accepted += sender.Send(target, [(byte)i]) == SendStatus.Accepted ? 1 : 0;
        }

        return accepted;
    }

    /// <summary>As <see cref="MessagingHost.Remove"/>.</summary>
    public void Remove(Receiver receiver)
    {
        Registry.TryRemove(receiver.Self.Id, out _);
        receiver.Self.HasLeft = receiver is EndpointReceiver;
        receiver.Close("its receiver was removed");
    }

    /// <summary>As <see cref="MessagingHost.StopAsync"/> where the time is up.</summary>
    public void CloseAll()
    {
        Registry.Close();
        foreach (Receiver receiver in Accounts.Receivers)
        {
            receiver.Close("the host stopped");
        }
    }

    /// <summary>A tick, of which turns take the time; it wakes nobody.</summary>
    public void Tick() => _ticker.MoveOn();

    /// <summary>What a tick is to the workers.</summary>
    public void TickWorkers() => _workers!.Tick();

    /// <summary>As <see cref="MessagingHost.StopAsync"/> where a handler does not return.</summary>
    public bool TryAbandon(Receiver receiver)
    {
        bool isAbandoned = receiver.TryAbandon("the handler did not return");
        if (isAbandoned)
        {
            _services.Dispatcher.Abandon(receiver);
            Accounts.CheckDrained();
        }

        return isAbandoned;
    }

    /// <summary>Waits until everything is settled.</summary>
    public void Drain() => Threads.WaitFor(Accounts.WhenDrained(), "everything to be settled");

    /// <summary>Stops it, and checks that its statistics balance.</summary>
    /// <param name="accepted">How many sends were accepted.</param>
    public HostStatistics Stop(long accepted)
    {
        Drain();
        CloseAll();
        Threads.WaitFor(Accounts.WhenEmpty(), "all receivers to be done");
        _workers?.Dispose();
        _builders.ForEach(b => b.Join());
        NoteEvents();

        HostStatistics sum = Accounts.Statistics;
        Expect.Equal(accepted, sum.Accepted, "accepted");
        Expect.Equal((0, 0, 0), (sum.Queued, sum.InFlight, sum.InMailboxes), "outstanding");
        Expect.Equal(
            accepted,
            sum.Handled + sum.Rejected + sum.Trapped + sum.TimedOut + sum.Evicted + sum.Undeliverable,
            "settled"
        );
        Expect.Equal(accepted - sum.Handled, Events.OfType<DeadLetter>().Count(), "dead letters");
        return sum;
    }

    /// <summary>Takes what the host has told until now into <see cref="Events"/>.</summary>
    public void NoteEvents()
    {
        while (_told.TryRead(out HostEvent? happened))
        {
            Events.Add(happened);
        }
    }

    private void AddBuilder(Action run) => _builders.Add(Threads.Start($"builder {_builders.Count}", run));

    private static void Throw(Exception e) => Expect.True(false, () => $"A builder threw {e}");

    private void Register(Receiver receiver)
    {
        receiver.Self.Target = receiver;
        Accounts.Add(receiver);
        Registry.TryAdd(receiver.Self);
    }
}
