using FireAndForget.Dispatching;
using FireAndForget.Routing;
using FireAndForget.Supervision;
using Xunit;

namespace FireAndForget.Tests.Dispatching;

/// <summary>An error of the host itself on a worker: the messages have their outcome, and the worker goes on.</summary>
public sealed class WorkerFailureTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

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
        };
    }

    public void Dispose() => _parts.Dispose();

    [Fact]
    public void Deliver_Throws_TheMessagesAreUndeliverableAndEverybodyIsToldOnce()
    {
        using EventSubscription events = _parts.Events.Subscribe(int.MaxValue);
        Throwing receiver = Make(inDelivery: true);
        uint sender = _parts.Directory.NumberOf("client");
        receiver.Mailbox.TryEnqueue(sender, [1]);
        receiver.Mailbox.TryEnqueue(sender, [2, 2]);
        receiver.MessageArrived();
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
        Assert.Equal("the host failed at it, InvalidDataException: broken", stopped.Why);
        Assert.Equal([1, 2], told.OfType<DeadLetter>().Select(d => d.Length));
        Assert.All(told.OfType<DeadLetter>(), d => Assert.EndsWith(stopped.Why, d.Why, StringComparison.Ordinal));
        Assert.Equal(SendStatus.Closed, receiver.Mailbox.TryEnqueue(0, [1]));
        Assert.Empty(_failures);
    }

    [Fact]
    public void Disposal_Throws_TheReceiverIsDoneAndTheWorkerGoesOn()
    {
        Throwing broken = Make(inDelivery: false);
        Throwing innocent = Make();
        broken.Mailbox.TryEnqueue(0, [1]);
        broken.Close("it was removed");
        innocent.Mailbox.TryEnqueue(0, [1]);
        innocent.MessageArrived();
        _workers.Start();

        Assert.True(SpinWait.SpinUntil(() => innocent.Ledger.Settled == 1, Patience));
        _workers.Dispose();

        Assert.Equal(1, _finished);
        Assert.Equal(1, broken.Ledger[Outcome.Undeliverable]);
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
        innocent.MessageArrived();

        Assert.True(SpinWait.SpinUntil(() => innocent.Ledger.Settled == 1, Patience));
        _workers.Dispose();

        Assert.IsType<InvalidDataException>(Assert.Single(_failures));
    }

    private void OutOfWork()
    {
        if (_failsWithoutWork)
        {
            Volatile.Write(ref _failsWithoutWork, false);
            throw new InvalidDataException("broken");
        }
    }

    private Throwing Make(bool? inDelivery = null)
    {
        Participant self = new("receiver", 0, [], new EndpointOptions(), allowance: null);
        return new(self, _services, inDelivery);
    }

    /// <summary>Throws when it delivers, or when it is done; null: never.</summary>
    private sealed class Throwing(Participant self, HostServices services, bool? inDelivery)
        : Receiver(self, new(), services)
    {
        protected override int DeliverNext(int quota)
        {
            Ledger.InFlight = quota;
            if (inDelivery == true)
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
            if (inDelivery == false)
            {
                throw new InvalidDataException("broken");
            }
        }
    }
}
