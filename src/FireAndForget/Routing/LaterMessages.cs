using FireAndForget.Accounting;
using FireAndForget.Mailboxes;
using FireAndForget.Time;

namespace FireAndForget.Routing;

/// <summary>The messages of one sender that are to be sent at a later time. Their number and their bytes are bounded.</summary>
/// <param name="sender">The sender, who sends them when they are due.</param>
/// <param name="services">What later messages need of the host.</param>
internal sealed class LaterMessages(MessageSender sender, LaterServices services) : IDeadline
{
    /// <summary>
    /// The most bytes of messages that wait. The bound covers those for a target that is not registered yet, whose largest message
    /// is unknown.
    /// </summary>
    public const long MostBytes = 64 << 20;

    private readonly LaterSchedule _schedule = services.Schedule;
    private readonly Ledger _ledger = services.Ledger;
    private readonly Lock _lock = new();
    private readonly TimedMessages _waiting = new();
    private bool _isClosed;

    /// <summary>Ends when a message waits no longer; null: nobody waits for that.</summary>
    private TaskCompletionSource? _room;

    /// <summary>Whether a thread is sending due messages: a second one would overtake it and break their order.</summary>
    private bool _isSending;

    /// <summary>
    /// Held while something is taken from the sender's allowance: a due message may be sent on another thread than the one that the
    /// guest sends on.
    /// </summary>
    public Lock Taking { get; } = new();

    TimeSpan IDeadline.Due { get; set; }

    int IDeadline.Place { get; set; } = -1;

    /// <summary>Schedules a message that has passed the checks; its bytes are copied.</summary>
    /// <param name="target">Its target.</param>
    /// <param name="message">The message.</param>
    /// <param name="delay">After which time it is sent.</param>
    /// <param name="number">The number under which it is cancelled; 0 where it is refused.</param>
    public SendStatus TryAdd(string target, ReadOnlySpan<byte> message, TimeSpan delay, out long number)
    {
        number = 0;
        if (!_schedule.Deadlines.TryGetNow(out TimeSpan now))
        {
            return SendStatus.Closed;
        }

        TimeSpan due = delay < TimeSpan.MaxValue - now ? now + delay : TimeSpan.MaxValue;
        lock (_lock)
        {
            if (_isClosed)
            {
                return SendStatus.Closed;
            }

            if (!HasRoom(message.Length))
            {
                return SendStatus.QueueFull;
            }

            number = _waiting.Add(due, target, message);
            _ledger.AddScheduled(1);
            _schedule.Begin();
        }

        // This is called without the lock, because the user's clock may call back from here.
        _schedule.Deadlines.BringForward(this, due);
        return SendStatus.Accepted;
    }

    /// <summary>Whether a message could ever have room, if no other one waited.</summary>
    public bool CanHaveRoom(int length) => length <= MostBytes && services.Most() > 0;

    /// <summary>A task that ends when a message of so many bytes may have room: at once where it has now, and where none is taken any more.</summary>
    public Task WhenRoom(int length)
    {
        lock (_lock)
        {
            if (_isClosed || HasRoom(length))
            {
                return Task.CompletedTask;
            }

            return (_room ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Cancels a message before it is sent.</summary>
    /// <returns>False where it was sent already, or never scheduled.</returns>
    public bool TryCancel(long number)
    {
        lock (_lock)
        {
            if (!_waiting.Remove(number))
            {
                return false;
            }
        }

        End(1);
        return true;
    }

    /// <summary>
    /// Sends the messages of the earliest time that has come. Messages of the next time are sent afterwards, behind what other
    /// senders send meanwhile.
    /// </summary>
    public void Expire()
    {
        if (!_schedule.Deadlines.TryGetNow(out TimeSpan now))
        {
            return;
        }

        // Only messages that are due by this deadline are sent: where its message was cancelled, other senders may have messages
        // that are due before the next one here.
        TimeSpan due = ((IDeadline)this).Due;
        TimeSpan until = due < now ? due : now;
        TimeSpan? next = null;
        TimeSpan? time = null;
        while (TryTakeDue(until, ref time, out string target, out TimedMessage message, ref next))
        {
            sender.SendDue(target, message.Bytes);
            message.Dispose();
            // The count goes down after the send, so that the message is counted at every moment.
            End(1);
        }

        if (next is { } following)
        {
            _schedule.Deadlines.BringForward(this, following);
        }
    }

    /// <summary>Cancels all waiting messages, because the sender was removed. Nothing is scheduled afterwards.</summary>
    public void CancelAll()
    {
        int count;
        lock (_lock)
        {
            _isClosed = true;
            count = _waiting.Count;
            _waiting.Clear();
        }

        _schedule.Deadlines.Remove(this);
        _schedule.Remove(this);
        End(count);
    }

    /// <summary>Refuses all waiting messages, because the host stops. Nothing is scheduled afterwards.</summary>
    public void RefuseAll()
    {
        while (TryTakeAny(out string target, out TimedMessage message))
        {
            sender.RefuseLater(target, message.Length);
            message.Dispose();
            End(1);
        }
    }

    /// <summary>Takes the first message where it is due and has the same time as those that were taken before it.</summary>
    private bool TryTakeDue(
        TimeSpan until,
        ref TimeSpan? time,
        out string target,
        out TimedMessage message,
        ref TimeSpan? next
    )
    {
        lock (_lock)
        {
            bool isFirst = time is null;
            if (isFirst && _isSending)
            {
                // The thread that sends will look for the next message when it has sent the one that it took.
                (target, message) = ("", default);
                return false;
            }

            TimeSpan? first = _waiting.Count == 0 ? null : _waiting.FirstTime;
            if (first is null || first > until || !isFirst && first != time)
            {
                _isSending = false;
                next = first;
                (target, message) = ("", default);
                return false;
            }

            _isSending = true;
            time = first;
            target = _waiting.TakeFirst(out message);
            return true;
        }
    }

    private bool TryTakeAny(out string target, out TimedMessage message)
    {
        lock (_lock)
        {
            _isClosed = true;
            bool isAny = _waiting.Count != 0;
            (target, message) = ("", default);
            if (isAny)
            {
                target = _waiting.TakeFirst(out message);
            }

            return isAny;
        }
    }

    /// <summary>Under the lock.</summary>
    private bool HasRoom(int length) => _waiting.Count < services.Most() && _waiting.ByteCount + length <= MostBytes;

    private void End(int count)
    {
        if (count != 0)
        {
            _ledger.AddScheduled(-count);
            _schedule.End(count);
            // Who waits for room looked under the lock and found none. So that was before these messages were taken out, and it is told
            // here; or others wait still, and it is told of their end.
            Interlocked.Exchange(ref _room, null)?.TrySetResult();
        }
    }
}

/// <summary>What the later messages of a sender need of its host.</summary>
/// <param name="Schedule">The host's schedule.</param>
/// <param name="Ledger">Counts how many of its messages wait.</param>
/// <param name="Most">How many may wait.</param>
internal sealed record LaterServices(LaterSchedule Schedule, Ledger Ledger, Func<int> Most);
