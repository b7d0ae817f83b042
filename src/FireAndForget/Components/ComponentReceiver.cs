using System.Globalization;
using FireAndForget.Accounting;
using FireAndForget.Buffers;
using FireAndForget.Dispatching;
using FireAndForget.Guests.Instances;
using FireAndForget.Mailboxes;
using FireAndForget.Messages;
using FireAndForget.Routing;
using FireAndForget.Time;

namespace FireAndForget.Components;

/// <summary>
/// A component as a receiver: the version of its guest that runs, the instance that handles its messages, and what happens when an
/// instance does not survive a message. It settles what the guest answers. A fresh instance gets the messages behind the one that
/// ended the instance before; likewise the first instance of a version that replaces another.
/// </summary>
internal sealed class ComponentReceiver : Receiver
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
    /// Makes an instance of another version, which handles every message accepted from now on and those that wait. Any thread.
    /// </summary>
    /// <param name="code">The version's code.</param>
    /// <param name="options">Its options.</param>
    /// <param name="disposed">Called when the version does not need its code any more, also where this throws.</param>
    /// <param name="keepsOptions">
    /// Whether the options are meant to be those that it has: where others came meanwhile, this version is not taken.
    /// </param>
    /// <param name="commit">Taken when nothing else keeps the version from taking over; null: it cannot be cancelled.</param>
    /// <returns>Whether it was taken.</returns>
    /// <exception cref="ComponentLoadException">It cannot be instantiated; the version that runs goes on.</exception>
    /// <exception cref="InvalidOperationException">The component has stopped.</exception>
    public bool TryReplace(
        GuestCode code,
        ComponentOptions options,
        Action disposed,
        bool keepsOptions = false,
        LoadCommit? commit = null
    )
    {
        ComponentVersion version = new(
            this,
            code,
            options,
            _services,
            Interlocked.Increment(ref _replacements),
            disposed,
            commit
        );
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
        bool isOutdated = false;
        bool isCancelled = false;
        lock (_replacing)
        {
            isOutdated = keepsOptions && Options != options;
            if (!_isDisposed && !IsStopped && !isOutdated && !(isCancelled = commit?.TryTake() == false))
            {
                _services.Registry.ChangePolicy(Self, Options, options, _services.Time);
                // A version that still waits to take over is dropped.
                (unused, _replacement) = (_replacement, unused);
            }
        }

        bool isTaken = unused?.Version != version;
        unused?.Dispose();
        if (isCancelled)
        {
            throw new OperationCanceledException("The load was cancelled.");
        }

        if (isOutdated)
        {
            return false;
        }

        if (!isTaken)
        {
            throw new InvalidOperationException(
                $"Component '{Self.Id}' has stopped and cannot be replaced; remove it and add the new version."
            );
        }

        Wake();
        return true;
    }

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

    /// <summary>The id of the sender of a message that has a context, right before the guest gets the message.</summary>
    public ReadOnlySpan<byte> IdFromContext(uint origin)
    {
        _hasContexts = true;
        return Contexts!.BeginHandling(origin, Self.Id).Sender.IdBytes;
    }

    /// <summary>Whether a message that has a context is a request.</summary>
    public bool IsRequest(uint origin) => Contexts!.IsRequest(origin);

    /// <summary>The topic of a message that is being handled, in UTF-8; empty: it has none.</summary>
    public ReadOnlySpan<byte> TopicBytesOf(uint origin) => MessageOrigin.HasTopic(origin) ? TopicOf(origin).Bytes : [];

    /// <summary>Takes the answer to the request that the guest is handling.</summary>
    /// <returns>Null, or why the request is rejected.</returns>
    public string? Answer(uint origin, ReadOnlySpan<byte> answer) => Contexts!.RequestOf(origin).Take(answer);

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

    /// <summary>Delivers the next reply, where it comes before the messages that wait.</summary>
    /// <param name="quota">The most messages; becomes the number of those that come before the reply.</param>
    private bool TryDeliverReply(ref int quota)
    {
        int before = Mailbox.CountUpTo(Requests.NextPosition);
        if (before != 0)
        {
            quota = Math.Min(quota, before);
            return false;
        }

        if (!Requests.TryTakeReply(out GuestRequest? request))
        {
            return false;
        }

        DeliverReply(_guest!, request);
        return true;
    }

    /// <summary>
    /// Delivers a reply that was taken, which is a message that is accepted and has its outcome at the same moment. Until its end is told
    /// to the open requests, who waits until everything is settled waits for it.
    /// </summary>
    private void DeliverReply(Guest guest, GuestRequest request)
    {
        try
        {
            _hasEnded = false;
            Delivery delivery = guest.DeliverReply(
                new()
                {
                    Request = request.Number,
                    Outcome = request.Outcome,
                    Answer = request.Bytes,
                    Number = request.ReplyNumber,
                }
            );
            Outcome outcome = delivery.Fault?.Outcome ?? (delivery.Rejected == 0 ? Outcome.Handled : Outcome.Rejected);
            Ledger.AddReply(outcome);
            if (outcome != Outcome.Handled)
            {
                ReportReply(guest, request, delivery, outcome);
            }
        }
        finally
        {
            Requests.EndReply(request);
        }
    }

    private void ReportReply(Guest guest, GuestRequest request, Delivery delivery, Outcome outcome)
    {
        BeginReporting();
        try
        {
            string reason = delivery.Fault?.Reason ?? guest.Reason(0);
            Report(sender: 0, request.ReplyNumber, outcome, reason, request.Bytes.Length, senderId: request.Responder);
            if (delivery.Fault is not null)
            {
                EndAndRestart(outcome, reason);
            }
        }
        finally
        {
            EndReporting();
        }
    }

    /// <summary>
    /// Lets the instance of a new version take over, between two messages and whatever became of the instance before.
    /// </summary>
    private void TakeReplacement()
    {
        EndVersion();
        lock (_replacing)
        {
            (_version, _guest) = (_replacement!.Version, _replacement.Guest);
            _replacement = null;
        }

        Requests.Most = _version.Options.Limits.OpenRequests;
        RecordMemory();
        _isSlow = false;
        _restarts = new(_version.Options.Restart, _services.Time, _services.RandomOf(Self.Id));
    }

    /// <summary>
    /// Records the outcomes of the messages, and then does and reports what follows: whatever goes wrong there, each message has
    /// this outcome and no other. A caller who waits until everything is settled waits for these reports and for the restart too.
    /// </summary>
    private int SettleAndReport(Guest guest, Delivery delivery)
    {
        BeginReporting();
        try
        {
            NoteNumbers(delivery.Answered);
            // The messages are released before any is counted, so that a reader who sees everything settled sees empty mailboxes
            // too.
            Mailbox.Release(delivery.Answered);
            Ledger.Add(Outcome.Handled, delivery.Answered - delivery.Rejected);
            Ledger.Add(Outcome.Rejected, delivery.Rejected);
            if (delivery.Fault is not { } fault)
            {
                Ledger.InFlight = 0;
                ReportAnswers(guest, delivery);
                return delivery.Answered;
            }

            RecordFirst(fault.Outcome, out uint sender, out int length, out long number);
            Ledger.InFlight = 0;
            ReportAnswers(guest, delivery);
            Report(sender, number, fault.Outcome, fault.Reason, length);
            EndAndRestart(fault.Outcome, fault.Reason);
            return delivery.Answered + 1;
        }
        finally
        {
            EndReporting();
        }
    }

    private void EndAndRestart(Outcome outcome, string reason)
    {
        _hasEnded = true;
        EndInstance();
        // An interruption by the host is no fault of the guest, and the host is stopping.
        if (outcome != Outcome.Undeliverable)
        {
            Restart(reason);
        }
    }

    private void NoteNumbers(int count)
    {
        if (_numbers.Length < count)
        {
            Array.Resize(ref _numbers, Math.Max(count, 2 * _numbers.Length));
        }

        for (int i = 0; i < count; i++)
        {
            _numbers[i] = NumberOf(i);
        }
    }

    private void ReportAnswers(Guest guest, Delivery delivery)
    {
        if (delivery.Rejected != 0)
        {
            ReportRejected(guest, delivery);
        }

        if (_hasContexts)
        {
            EndContexts(guest, delivery);
        }
    }

    private void RecordMemory()
    {
        _memoryWanted = false;
        Volatile.Write(ref _memoryBytes, _guest?.MemoryBytes ?? 0);
    }

    /// <summary>
    /// Ends the contexts of the messages that were answered. The context of a message that ended the instance ends with its dead
    /// letter.
    /// </summary>
    private void EndContexts(Guest guest, Delivery delivery)
    {
        _hasContexts = false;
        for (int i = 0; i < delivery.Answered; i++)
        {
            int answer = guest.Answer(i, out uint sender, out _);
            if (MessageOrigin.HasContext(sender))
            {
                Outcome outcome = answer == 0 ? Outcome.Handled : Outcome.Rejected;
                string reason = answer == 0 ? "" : WhyRejected(guest, i, answer);
                Contexts!.End(sender, Self.Id, _numbers[i], outcome, reason);
            }
        }
    }

    private string WhyRejected(Guest guest, int index, int answer) =>
        guest.Reason(index) is { Length: > 0 } reason ? reason : _version.Code.DescribeRejection(answer);

    private void ReportRejected(Guest guest, Delivery delivery)
    {
        for (int i = 0; i < delivery.Answered; i++)
        {
            int answer = guest.Answer(i, out uint sender, out int length);
            if (answer != 0 && IsObserved(Outcome.Rejected, out bool isLogged))
            {
                Publish(sender, _numbers[i], Outcome.Rejected, WhyRejected(guest, i, answer), length, isLogged);
            }
        }
    }

    /// <summary>
    /// Makes a fresh instance, now or after a pause; an instance that cannot be made costs another restart. The component stops
    /// where no restart is left. Where another version waits to take over, its instance is the fresh one.
    /// </summary>
    private void Restart(string reason)
    {
        // A host that is about to close all receivers interrupts each start, which is no fault of the guest.
        while (!IsStopped && !IsReplaced && !_services.IsAborting())
        {
            TimeSpan? pause = _restarts.TryTake();
            if (pause is null)
            {
                StopForGood(reason);
                return;
            }

            if (pause > TimeSpan.Zero)
            {
                _restartReason = reason;
                _pause = _services.Time.CreateTimer(
                    _ => RestartNow(),
                    null,
                    Timers.Clamp(pause.Value),
                    Timeout.InfiniteTimeSpan
                );
                return;
            }

            if (!FailsToBuild(ref reason))
            {
                return;
            }
        }
    }

    /// <summary>Ends the version that runs: its instance, or the one that is being made, and its code.</summary>
    private void EndVersion()
    {
        EndPause();
        EndInstance();
        if (_build is { } build)
        {
            _build = null;
            Guard(build.GiveUp);
            Ledger.EndReporting();
        }
        else
        {
            _version.Release();
        }
    }

    private void EndInstance()
    {
        if (_guest is { } ended)
        {
            _guest = null;
            Requests.Forsake();
            // Disposing is guarded, because the guest's last output goes to the user's log, which may throw.
            Guard(ended.Dispose);
        }
    }

    private void EndPause()
    {
        if (_pause is { } ended)
        {
            _pause = null;
            // Disposing is guarded, because the timer belongs to the user's clock, which may throw.
            Guard(ended.Dispose);
        }
    }

    private void RestartAfterPause()
    {
        _restartDue = false;
        EndPause();
        // Where the component was replaced meanwhile, there is an instance or one is being made.
        if (_guest is null && _build is null)
        {
            Ledger.BeginReporting();
            try
            {
                string reason = _restartReason;
                if (FailsToBuild(ref reason))
                {
                    Restart(reason);
                }
            }
            finally
            {
                Ledger.EndReporting();
            }
        }
    }

    private void RestartNow()
    {
        _restartDue = true;
        Wake();
    }

    /// <summary>
    /// Begins to make a fresh instance: on a builder's thread where there are builders, else here and now. A caller who waits until
    /// everything is settled waits for it.
    /// </summary>
    /// <param name="reason">Why it is made; where it could not be, the reason for that.</param>
    /// <returns>Whether it was made here and failed.</returns>
    private bool FailsToBuild(ref string reason)
    {
        InstanceBuild build = new(_version, reason, _isSlow, _services.Ticker, Wake);
        Ledger.BeginReporting();
        _build = build;
        if (_services.InstanceBuilders is { } builders)
        {
            builders.Add(build);
            return false;
        }

        build.Make();
        return !TryTake(build, out reason);
    }

    private void TakeBuild()
    {
        Ledger.BeginReporting();
        try
        {
            if (!TryTake(_build!, out string failure))
            {
                Restart(failure);
            }
        }
        finally
        {
            Ledger.EndReporting();
        }
    }

    /// <summary>Takes over the instance that was made; false where there is none.</summary>
    private bool TryTake(InstanceBuild build, out string failure)
    {
        _build = null;
        try
        {
            failure = build.Failure;
            _isSlow = build.Ticks > InstanceBuilders.MostTicks;
            if (build.Guest is null)
            {
                return false;
            }

            _guest = build.Guest;
            RecordMemory();
            Volatile.Write(ref _restarted, _restarted + 1);
            Events.Publish(new ComponentRestarted { Component = Self.Id, Reason = build.Reason });
            return true;
        }
        finally
        {
            Ledger.EndReporting();
        }
    }

    private void StopForGood(string reason)
    {
        RestartOptions restart = _version.Options.Restart;
        Stop(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{reason}; no restart is left of {restart.Max} in {restart.Window.TotalSeconds} s"
            )
        );
    }

    /// <summary>A version that waits to take over, with its first instance.</summary>
    private sealed record Replacement(ComponentVersion Version, Guest Guest)
    {
        public void Dispose()
        {
            Guest.Dispose();
            Version.Release();
        }
    }
}
