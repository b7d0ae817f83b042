using FireAndForget.Accounting;
using FireAndForget.Dispatching;
using FireAndForget.Guests.Instances;
using FireAndForget.Mailboxes;
using FireAndForget.Routing;
using Xunit;

namespace FireAndForget.Tests.Dispatching;

/// <summary>An error of the host itself on a worker: the messages have their outcome, and the worker goes on.</summary>
public sealed class WorkerFailureTests : IDisposable
{
    /// <summary>Of a long turn.</summary>
    private const int Ticks = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Parts _parts = new();
    private readonly List<Exception> _failures = [];
    private readonly WorkerDispatcher _workers;
    private readonly HostServices _services;
    private int _finished;
    private bool _failsWithoutWork;

    public WorkerFailureTests()
    {
        _workers = new(1, TimeSpan.Zero, _parts.Services.Ticker, OutOfWork, _failures.Add);
        _services = _parts.Services with
        {
            Dispatcher = _workers,
            ReceiverFinished = _ => Interlocked.Increment(ref _finished),
            Failed = _failures.Add,
        };
    }

    public void Dispose() => _parts.Dispose();

    [Fact]
    public void Deliver_Throws_TheMessagesAreUndeliverableAndEverybodyIsToldOnce()
    {
        using EventSubscription events = _parts.Events.Subscribe(int.MaxValue);
        Throwing receiver = Make(Where.Delivery);
        uint sender = _parts.Directory.NumberOf("client").Value;
        receiver.Mailbox.TryEnqueue(sender, [1]);
        receiver.Mailbox.TryEnqueue(sender, [2, 2]);
        receiver.Wake();
        _workers.Start();

        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _finished) == 1, Patience));
        _workers.Dispose();

        Assert.True(receiver.IsDone);
        Assert.Equal(2, receiver.Ledger[Outcome.Undeliverable]);
        Assert.Equal(0, receiver.Ledger.InFlight);
        List<HostEvent> told = [];
        while (events.TryRead(out HostEvent? happened))
        {
            told.Add(happened);
        }

        ComponentStopped stopped = Assert.Single(told.OfType<ComponentStopped>());
        Assert.Equal("the host failed at it, InvalidDataException: broken", stopped.Reason);
        Assert.Equal([1, 2], told.OfType<DeadLetter>().Select(d => d.Length));
        Assert.All(told.OfType<DeadLetter>(), d => Assert.EndsWith(stopped.Reason, d.Reason, StringComparison.Ordinal));
        Assert.Equal(SendStatus.Closed, receiver.Mailbox.TryEnqueue(0, [1]));
        Assert.Empty(_failures);
    }

    [Fact]
    public void Disposal_Throws_TheReceiverIsDoneAndTheWorkerGoesOn()
    {
        Throwing broken = Make(Where.Disposal);
        Throwing innocent = Make();
        broken.Mailbox.TryEnqueue(0, [1]);
        broken.Close("it was removed");
        innocent.Mailbox.TryEnqueue(0, [1]);
        innocent.Wake();
        _workers.Start();

        Assert.True(SpinWait.SpinUntil(() => innocent.Ledger.Settled == 1, Patience));
        _workers.Dispose();

        Assert.Equal(1, _finished);
        Assert.Equal(1, broken.Ledger[Outcome.Undeliverable]);
        Assert.IsType<InvalidDataException>(Assert.Single(_failures));
    }

    /// <summary>
    /// A receiver that was stopped once stayed unfinished for ever where a dead letter could not be told, and the host with it.
    /// </summary>
    [Fact]
    public void Tell_Throws_TheMessagesHaveTheirOutcomeAndTheReceiverIsDone()
    {
        using EventSubscription events = _parts.Events.Subscribe(int.MaxValue);
        Throwing broken = Make();
        const uint UnknownSender = 1_000_000;
        broken.Mailbox.TryEnqueue(UnknownSender, [1]);
        broken.Mailbox.TryEnqueue(_parts.Directory.NumberOf("client").Value, [2, 2]);
        broken.Close("it was removed");
        _workers.Start();

        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _finished) == 1, Patience));
        _workers.Dispose();

        Assert.True(broken.IsDone);
        Assert.Equal((2, 0), (broken.Ledger[Outcome.Undeliverable], broken.Mailbox.Count));
        Assert.True(events.TryRead(out HostEvent? told));
        Assert.Equal(2, Assert.IsType<DeadLetter>(told).Length);
        Assert.IsType<IndexOutOfRangeException>(Assert.Single(_failures));
    }

    [Fact]
    public void Evicted_TellThrows_TheSendIsAcceptedAndTheEvictedCounted()
    {
        using EventSubscription events = _parts.Events.Subscribe(int.MaxValue);
        Throwing receiver = Make(mailbox: new() { Messages = 1, OverflowPolicy = OverflowPolicy.DropOldest });
        const uint UnknownSender = 1_000_000;

        Assert.Equal(SendStatus.Accepted, receiver.Mailbox.TryEnqueue(UnknownSender, [1]));
        Assert.Equal(SendStatus.Accepted, receiver.Mailbox.TryEnqueue(UnknownSender, [2]));

        Assert.Equal((1, 1), (receiver.Ledger[Outcome.Evicted], receiver.Mailbox.Count));
        Assert.Single(_failures);
    }

    /// <summary>What comes out between two deliveries leaves nobody behind whom no worker runs any more.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void End_Throws_TheReceiverIsDoneAndTheOthersGoOn(bool hasWorker)
    {
        ManualDispatcher pump = new(_parts.Services.Ticker);
        HostServices services = hasWorker ? _services : _services with { Dispatcher = pump };
        Throwing broken = Make(Where.End, services: services);
        Throwing innocent = Make(services: services);
        broken.Mailbox.TryEnqueue(0, [1]);
        innocent.Mailbox.TryEnqueue(0, [1]);
        broken.Wake();
        innocent.Wake();
        if (hasWorker)
        {
            _workers.Start();
        }
        else
        {
            Assert.True(pump.TryPump(100, out _));
        }

        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _finished) == 1, Patience));
        Assert.True(SpinWait.SpinUntil(() => innocent.Ledger.Settled == 1, Patience));
        _workers.Dispose();

        Assert.True(broken.IsDone);
        Assert.Equal((1, 0), (broken.Ledger.Settled, broken.Mailbox.Count));
        Assert.Equal((1, false), (innocent.Ledger[Outcome.Handled], innocent.IsStopped));
        Assert.Equal(SendStatus.Closed, broken.Mailbox.TryEnqueue(0, [1]));
        Assert.IsType<InvalidDataException>(Assert.Single(_failures));
    }

    /// <summary>One with long turns, which a worker takes because it has nothing else to do, once stayed with it for ever.</summary>
    [Fact]
    public void End_ThrowsForALongOneThatIsNotDue_TheReceiverIsDone()
    {
        Throwing broken = Make(Where.End);
        broken.NoteTurn(Ticks);
        broken.Mailbox.TryEnqueue(0, [1]);
        Throwing slow = Make(meanwhile: () =>
        {
            broken.Wake();
            for (int i = 0; i < Ticks; i++)
            {
                _parts.Services.Ticker.MoveOn();
            }
        });
        slow.Mailbox.TryEnqueue(0, [1]);
        slow.Wake();
        _workers.Start();

        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _finished) == 1, Patience));
        _workers.Dispose();

        Assert.True(broken.IsDone);
        Assert.IsType<InvalidDataException>(Assert.Single(_failures));
    }

    [Fact]
    public void OutOfWork_Throws_TheWorkerGoesOn()
    {
        _failsWithoutWork = true;
        _workers.Start();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _failsWithoutWork) == false, Patience));
        Throwing innocent = Make();
        innocent.Mailbox.TryEnqueue(0, [1]);
        innocent.Wake();

        Assert.True(SpinWait.SpinUntil(() => innocent.Ledger.Settled == 1, Patience));
        _workers.Dispose();

        Assert.IsType<InvalidDataException>(Assert.Single(_failures));
    }

    /// <summary>The system has no thread to give when a lost worker is to be replaced: the others once had none for ever.</summary>
    [Fact]
    public void Abandon_NoThreadCanBeStarted_TheNextTickTriesAgain()
    {
        bool hasThread = true;
        WorkerDispatcher workers = new(
            1,
            TimeSpan.Zero,
            _parts.Services.Ticker,
            () => { },
            _failures.Add,
            worker =>
            {
                if (!hasThread)
                {
                    throw new InsufficientMemoryException();
                }

                worker.Start();
            }
        );
        HostServices services = _services with { Dispatcher = workers };
        using ManualResetEventSlim begun = new();
        using ManualResetEventSlim gate = new();
        Throwing stuck = Make(
            services: services,
            meanwhile: () =>
            {
                begun.Set();
                gate.Wait();
            }
        );
        Throwing innocent = Make(services: services);
        stuck.Mailbox.TryEnqueue(0, [1]);
        stuck.Wake();
        workers.Start();
        Assert.True(begun.Wait(Patience, TestContext.Current.CancellationToken));

        hasThread = false;
        workers.Abandon(stuck);
        innocent.Mailbox.TryEnqueue(0, [1]);
        innocent.Wake();
        workers.Tick();
        Assert.Equal(2, _failures.OfType<InsufficientMemoryException>().Count());
        hasThread = true;
        workers.Tick();

        Assert.True(SpinWait.SpinUntil(() => innocent.Ledger.Settled == 1, Patience));
        Assert.Equal(2, workers.Workers.Count);
        gate.Set();
        workers.Dispose();
    }

    private void OutOfWork()
    {
        if (_failsWithoutWork)
        {
            Volatile.Write(ref _failsWithoutWork, false);
            throw new InvalidDataException("broken");
        }
    }

    private Throwing Make(
        Where where = Where.Nowhere,
        MailboxOptions? mailbox = null,
        HostServices? services = null,
        Action? meanwhile = null
    )
    {
        Participant self = new(
            "receiver",
            _parts.Directory.NumberOf("receiver"),
            [],
            new MessagingEndpointOptions(),
            allowance: null
        );
        return new(self, mailbox ?? new(), services ?? _services, where, meanwhile);
    }

    private enum Where
    {
        Nowhere,
        Delivery,
        End,
        Disposal,
    }

    /// <summary>Throws at one point of what a worker does with it.</summary>
    private sealed class Throwing(
        Participant self,
        MailboxOptions mailbox,
        HostServices services,
        Where where,
        Action? meanwhile
    ) : Receiver(self, mailbox, services)
    {
        public override bool IsPaused =>
            where == Where.End && !IsStopped ? throw new InvalidDataException("broken") : false;

        protected override long TicksMet => Ticks;

        protected override int DeliverNext(int quota)
        {
            Ledger.InFlight = quota;
            meanwhile?.Invoke();
            if (where == Where.Delivery)
            {
                throw new InvalidDataException("broken");
            }

            int count = Mailbox.Count;
            Mailbox.Release(count);
            Ledger.Add(Outcome.Handled, count);
            Ledger.InFlight = 0;
            return count;
        }

        protected override void DisposeResources()
        {
            if (where == Where.Disposal)
            {
                throw new InvalidDataException("broken");
            }
        }
    }
}
