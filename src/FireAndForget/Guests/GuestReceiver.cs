using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using FireAndForget.Diagnostics;
using FireAndForget.Dispatching;
using FireAndForget.Routing;
using FireAndForget.Supervision;

namespace FireAndForget.Guests;

/// <summary>
/// A component: its guest's code, the instance that handles its messages, and what happens when that one does not survive a
/// message. It settles what the guest answers, and gives a fresh instance the messages behind the one that ended the last.
/// </summary>
internal sealed class GuestReceiver : Receiver, IGuestHost
{
    private readonly Action _disposed;
    private readonly GuestCode _code;
    private readonly ComponentOptions _options;
    private readonly HostServices _services;
    private readonly RestartPolicy _restarts;
    private Guest? _guest;
    private ITimer? _pause;
    private string _restartReason = "";
    private volatile bool _restartDue;
    private volatile bool _memoryWanted;
    private long _memoryBytes;
    private long _restarted;
    private bool _hasSamples;

    /// <summary>A component with its first instance.</summary>
    /// <param name="self">Its registration.</param>
    /// <param name="code">Its guest's code.</param>
    /// <param name="options">Its options.</param>
    /// <param name="services">Its host.</param>
    /// <param name="disposed">Called when it does not need the code any more.</param>
    /// <exception cref="ComponentLoadException">The guest cannot be instantiated.</exception>
    public GuestReceiver(
        Participant self,
        GuestCode code,
        ComponentOptions options,
        HostServices services,
        Action disposed
    )
        : base(self, options.Mailbox, services)
    {
        _disposed = disposed;
        _code = code;
        _options = options;
        _services = services;
        _restarts = new(options.Restart, services.Time);
        Sender = new(services.Registry, self, services.Events);
        _guest = Instantiate();
        NoteMemory();
    }

    /// <summary>The send path of the guest.</summary>
    public MessageSender Sender { get; }

    public override bool IsPaused => _guest is null;

    /// <summary>How many fresh instances it got.</summary>
    public long Restarts => Volatile.Read(ref _restarted);

    ReadOnlySpan<byte> IGuestHost.SelfId => Self.IdBytes;

    bool IGuestHost.IsAborting => _services.IsAborting();

    protected override bool HasOtherWork => _restartDue;

    ReadOnlySpan<byte> IGuestHost.IdOf(uint sender) =>
        MessageSampling.IsSample(sender) ? IdOfSample(sender) : Directory.BytesOf(sender);

    SendStatus? IGuestHost.Send(ReadOnlySpan<byte> target, ReadOnlySpan<byte> message) => Sender.Send(target, message);

    /// <summary>
    /// The bytes of the guest's memory: now, where no worker has it; else when a worker last looked, and before its next batch the
    /// worker looks again. Any thread.
    /// </summary>
    public long LookAtMemory()
    {
        if (TryBorrow())
        {
            NoteMemory();
            End();
        }
        else
        {
            _memoryWanted = true;
        }

        return Volatile.Read(ref _memoryBytes);
    }

    /// <summary>Gives free what belongs to it, where it was never registered.</summary>
    public void Discard() => DisposeResources();

    protected override int DeliverNext(int quota)
    {
        if (_restartDue)
        {
            _restartDue = false;
            _pause?.Dispose();
            if (!TryStart(_restartReason, out string failure))
            {
                Restart(failure);
            }
        }

        if (_guest is null)
        {
            return 0;
        }

        if (_memoryWanted)
        {
            NoteMemory();
        }

        Ledger.InFlight = quota;
        Delivery delivery = _guest.Deliver(Mailbox, quota);
        if (delivery.Rejected != 0)
        {
            TellRejected(_guest, delivery);
        }

        if (_hasSamples)
        {
            SettleSamples(_guest, delivery);
        }

        // Counted last: who sees everything settled sees the mailboxes empty too.
        Mailbox.Release(delivery.Answered);
        Ledger.Add(Outcome.Handled, delivery.Answered - delivery.Rejected);
        Ledger.Add(Outcome.Rejected, delivery.Rejected);
        Ledger.InFlight = 0;
        if (delivery.Fault is null)
        {
            return delivery.Answered;
        }

        _guest.Dispose();
        _guest = null;
        EndWith(delivery.Fault);
        return delivery.Answered + 1;
    }

    protected override void DisposeResources()
    {
        _pause?.Dispose();
        _guest?.Dispose();
        _guest = null;
        _disposed();
    }

    /// <summary>
    /// Settles the message that ended the instance. It is counted last, when the component has been restarted or stopped: who has
    /// waited until everything is settled has been told of that too.
    /// </summary>
    private void EndWith(GuestFault fault)
    {
        TellFirst(fault.Outcome, fault.Why);
        // What the host itself interrupted is no fault of the guest, and the host is stopping.
        if (fault.Outcome != Outcome.Undeliverable)
        {
            Restart(fault.Why);
        }

        CountFirst(fault.Outcome);
    }

    private Guest Instantiate()
    {
        _services.Ticker.Enter();
        try
        {
            return _code.Instantiate(this, _options.Limits);
        }
        finally
        {
            _services.Ticker.Exit();
        }
    }

    private void NoteMemory()
    {
        _memoryWanted = false;
        Volatile.Write(ref _memoryBytes, _guest?.MemoryBytes ?? 0);
    }

    private ReadOnlySpan<byte> IdOfSample(uint number)
    {
        _hasSamples = true;
        return Sampling!.BeginHandling(number, Self.Id).IdBytes;
    }

    /// <summary>Settles the samples that were answered; one that ended the instance is settled with its dead letter.</summary>
    private void SettleSamples(Guest guest, Delivery delivery)
    {
        _hasSamples = false;
        for (int i = 0; i < delivery.Answered; i++)
        {
            int answer = guest.Answer(i, out uint sender, out _);
            if (MessageSampling.IsSample(sender))
            {
                Sampling!.Settle(sender, Self.Id, answer == 0 ? Outcome.Handled : Outcome.Rejected);
            }
        }
    }

    private void TellRejected(Guest guest, Delivery delivery)
    {
        for (int i = 0; Events.HasSubscribers && i < delivery.Answered; i++)
        {
            int answer = guest.Answer(i, out uint sender, out int length);
            if (answer != 0)
            {
                Tell(sender, Outcome.Rejected, _code.DescribeRejection(answer), length);
            }
        }
    }

    /// <summary>
    /// Makes a fresh instance, now or after a pause; one that cannot be made costs another restart. Stops the component where none
    /// is left.
    /// </summary>
    private void Restart(string why)
    {
        while (!IsStopped)
        {
            TimeSpan? pause = _restarts.TryTake();
            if (pause is null)
            {
                Stop(why);
                return;
            }

            if (pause > TimeSpan.Zero)
            {
                _restartReason = why;
                _pause = _services.Time.CreateTimer(
                    _ => RestartNow(),
                    null,
                    Timers.Clamp(pause.Value),
                    Timeout.InfiniteTimeSpan
                );
                return;
            }

            if (TryStart(why, out why))
            {
                return;
            }
        }
    }

    private void RestartNow()
    {
        _restartDue = true;
        Wake();
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever keeps an instance from being made ends here.")]
    private bool TryStart(string why, out string failure)
    {
        try
        {
            _guest = Instantiate();
            NoteMemory();
            Volatile.Write(ref _restarted, _restarted + 1);
            Events.Publish(new ComponentRestarted(Self.Id, why));
            failure = "";
            return true;
        }
        catch (Exception e)
        {
            failure = $"a fresh instance could not be made: {e.Message}";
            return false;
        }
    }

    private void Stop(string why)
    {
        RestartOptions restart = _options.Restart;
        string limit = string.Create(
            CultureInfo.InvariantCulture,
            $"{why}; no restart is left of {restart.Max} in {restart.Window.TotalSeconds} s"
        );
        Events.Publish(new ComponentStopped(Self.Id, limit));
        Close($"its receiver stopped: {limit}");
    }
}
