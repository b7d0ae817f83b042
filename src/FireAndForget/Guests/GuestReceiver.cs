using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using FireAndForget.Diagnostics;
using FireAndForget.Dispatching;
using FireAndForget.Routing;
using FireAndForget.Supervision;

namespace FireAndForget.Guests;

/// <summary>
/// A component: the version of its guest that it runs, the instance that handles its messages, and what happens when that one
/// does not survive a message. It settles what the guest answers, and gives a fresh instance the messages behind the one that
/// ended the last; likewise that of a version which replaces the first.
/// </summary>
internal sealed class GuestReceiver : Receiver
{
    private readonly HostServices _services;
    private readonly Lock _replacing = new();
    private GuestVersion _version;
    private RestartPolicy _restarts;
    private Guest? _guest;
    private volatile Replacement? _replacement;
    private int _replacements;
    private bool _isDisposed;
    private ITimer? _pause;
    private string _restartReason = "";
    private volatile bool _restartDue;
    private volatile bool _memoryWanted;
    private long _memoryBytes;
    private long _restarted;
    private bool _hasSamples;

    /// <summary>Whether the last turn ended an instance.</summary>
    private bool _hasEnded;

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
        _services = services;
        _restarts = new(options.Restart, services.Time);
        Sender = new(services.Registry, self, services.Events);
        _version = new(this, code, options, services, number: 0, disposed);
        _guest = _version.Instantiate();
        NoteMemory();
    }

    /// <summary>The send path of the guest.</summary>
    public MessageSender Sender { get; }

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

    /// <summary>How many fresh instances it got.</summary>
    public long Restarts => Volatile.Read(ref _restarted);

    /// <summary>Whether another version waits to take over from the one that runs.</summary>
    public bool IsReplaced => _replacement is not null;

    protected override long TicksMet => _hasEnded ? AllTicks : _guest?.TicksMet ?? 0;

    protected override bool HasOtherWork => _restartDue || _replacement is not null;

    /// <summary>
    /// Makes an instance of another version, which handles every message accepted from now on and those that wait. Any thread.
    /// </summary>
    /// <param name="code">The version's code.</param>
    /// <param name="options">Its options.</param>
    /// <param name="disposed">Called when the version does not need its code any more, also where this throws.</param>
    /// <exception cref="ComponentLoadException">It cannot be instantiated; the version that runs goes on.</exception>
    /// <exception cref="InvalidOperationException">The component has stopped.</exception>
    public void Replace(GuestCode code, ComponentOptions options, Action disposed)
    {
        GuestVersion version = new(this, code, options, _services, Interlocked.Increment(ref _replacements), disposed);
        Guest guest;
        try
        {
            guest = version.Instantiate();
        }
        catch
        {
            version.Release();
            throw;
        }

        Replacement? unused = new(version, guest);
        lock (_replacing)
        {
            if (!_isDisposed && !IsStopped)
            {
                _services.Registry.ChangePolicy(Self, Options, options, _services.Time);
                // One that was still to take over never does.
                (unused, _replacement) = (_replacement, unused);
            }
        }

        bool isTaken = unused?.Version != version;
        unused?.Dispose();
        if (!isTaken)
        {
            throw new InvalidOperationException(
                $"Component '{Self.Id}' has stopped and cannot be replaced; remove it and add the new version."
            );
        }

        Wake();
    }

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

    /// <summary>The id of a sample's sender, right before the guest gets the message.</summary>
    public ReadOnlySpan<byte> IdOfSample(uint number)
    {
        _hasSamples = true;
        return Sampling!.BeginHandling(number, Self.Id).IdBytes;
    }

    /// <summary>Gives free what belongs to it, where it was never registered.</summary>
    public void Discard() => DisposeResources();

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

        if (_guest is null)
        {
            return 0;
        }

        if (_memoryWanted)
        {
            NoteMemory();
        }

        _hasEnded = false;
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

        _hasEnded = true;
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
        _version.Release();
        lock (_replacing)
        {
            _isDisposed = true;
        }

        _replacement?.Dispose();
        _replacement = null;
    }

    /// <summary>Between two messages: the instance that was made for this takes over, whatever became of the one before.</summary>
    private void TakeReplacement()
    {
        _pause?.Dispose();
        _guest?.Dispose();
        _version.Release();
        lock (_replacing)
        {
            (_version, _guest) = (_replacement!.Version, _replacement.Guest);
            _replacement = null;
        }

        NoteMemory();
        _restarts = new(_version.Options.Restart, _services.Time);
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

    private void NoteMemory()
    {
        _memoryWanted = false;
        Volatile.Write(ref _memoryBytes, _guest?.MemoryBytes ?? 0);
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
                Tell(sender, Outcome.Rejected, _version.Code.DescribeRejection(answer), length);
            }
        }
    }

    /// <summary>
    /// Makes a fresh instance, now or after a pause; one that cannot be made costs another restart. Stops the component where none
    /// is left. Where another version waits to take over, that is the fresh instance.
    /// </summary>
    private void Restart(string why)
    {
        while (!IsStopped && !IsReplaced)
        {
            TimeSpan? pause = _restarts.TryTake();
            if (pause is null)
            {
                StopForGood(why);
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

    private void RestartAfterPause()
    {
        _restartDue = false;
        _pause?.Dispose();
        // Where it was replaced meanwhile, there is an instance.
        if (_guest is null && !TryStart(_restartReason, out string failure))
        {
            Restart(failure);
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
            _guest = _version.Instantiate();
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

    private void StopForGood(string why)
    {
        RestartOptions restart = _version.Options.Restart;
        Stop(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{why}; no restart is left of {restart.Max} in {restart.Window.TotalSeconds} s"
            )
        );
    }

    /// <summary>A version that is to take over, with the instance that was made of it.</summary>
    private sealed record Replacement(GuestVersion Version, Guest Guest)
    {
        public void Dispose()
        {
            Guest.Dispose();
            Version.Release();
        }
    }
}
