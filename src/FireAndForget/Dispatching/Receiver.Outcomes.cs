using FireAndForget.Messages;
using FireAndForget.Routing;

namespace FireAndForget.Dispatching;

// What became of messages: each outcome is counted once, and reported to the log, the subscribers and the message's context.
internal abstract partial class Receiver
{
    /// <summary>
    /// Settles the mailbox's first message with an outcome that makes it a dead letter. It is counted before it is reported, so that it
    /// has this outcome alone, whatever goes wrong with the report.
    /// </summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="reason">Why it has that.</param>
    /// <param name="error">What the handler threw, for the log.</param>
    protected void SettleFirst(Outcome outcome, string reason, Exception? error = null)
    {
        BeginReporting();
        try
        {
            RecordFirst(outcome, out uint sender, out int length, out long number);
            Report(sender, number, outcome, reason, length, error);
        }
        finally
        {
            EndReporting();
        }
    }

    /// <summary>
    /// Begins the reporting of messages, before they are released: keeps the names of their senders as they are now.
    /// </summary>
    protected void BeginReporting()
    {
        Ledger.BeginReporting();
        _senders = Directory.Names;
    }

    /// <summary>Ends the reporting.</summary>
    protected void EndReporting()
    {
        _senders = default;
        Ledger.EndReporting();
    }

    /// <summary>As <see cref="BeginReporting"/>, for the worker that has the receiver, which reports nothing else meanwhile.</summary>
    protected void BeginSettling()
    {
        Ledger.IsSettling = true;
        _senders = Directory.Names;
    }

    /// <summary>Ends what <see cref="BeginSettling"/> began.</summary>
    protected void EndSettling()
    {
        _senders = default;
        Ledger.IsSettling = false;
    }

    /// <summary>Records the outcome of the mailbox's first message, which is to be reported before the reporting ends.</summary>
    protected void RecordFirst(Outcome outcome, out uint sender, out int length, out long number)
    {
        Mailbox.TryLook(out sender, out length);
        number = NumberOf(0);
        Record(outcome, 1);
    }

    /// <summary>Records the outcome of the mailbox's first messages.</summary>
    protected void Record(Outcome outcome, int count)
    {
        // The messages are counted last, so that a reader who sees everything settled sees the mailboxes empty too.
        Mailbox.Release(count);
        Ledger.Add(outcome, count);
    }

    /// <summary>
    /// Reports the outcome of a message that is counted already; the sender's id is given where the message was taken before. What
    /// goes wrong meanwhile ends here.
    /// </summary>
    protected void Report(
        uint sender,
        long number,
        Outcome outcome,
        string reason,
        int length,
        Exception? error = null,
        string? senderId = null
    )
    {
        if (IsObserved(outcome, out bool isLogged))
        {
            Publish(sender, number, outcome, reason, length, isLogged, error, senderId);
        }

        if (MessageOrigin.HasContext(sender))
        {
            Contexts!.End(sender, Self.Id, number, outcome, reason);
        }
    }

    /// <summary>Whether anybody wants to be told of a dead letter with this outcome: a subscriber, or the log, which leaves some out.</summary>
    protected bool IsObserved(Outcome outcome, out bool isLogged)
    {
        isLogged = Audit?.Admits(Self.Id, outcome) ?? false;
        return isLogged || Events.HasSubscribers || _watcher is not null;
    }

    /// <summary>Publishes the dead letter of a message that is counted already. What goes wrong meanwhile ends here.</summary>
    protected void Publish(
        uint sender,
        long number,
        Outcome outcome,
        string reason,
        int length,
        bool isLogged,
        Exception? error = null,
        string? senderId = null
    )
    {
        try
        {
            _watcher?.EndedOtherwise(sender, number, outcome, reason);
            if (!isLogged && !Events.HasSubscribers)
            {
                return;
            }

            DeadLetter letter = Letter(senderId ?? IdOf(sender, _senders), number, outcome, reason, length);
            if (isLogged && error is not null)
            {
                Audit!.HandlerThrew(letter, error);
            }
            else if (isLogged)
            {
                Audit!.DeadLetter(letter);
            }

            Events.Publish(letter);
        }
        catch (Exception e)
        {
            _failed(e);
        }
    }

    private long? GivenNumberOf(int index) =>
        Mailbox.TryLook(index, out uint origin, out _) && MessageOrigin.HasContext(origin)
            ? Contexts!.Of(origin).Number
            : null;

    /// <summary>The id of a message's sender, also where its context knows it, which has not ended.</summary>
    private string IdOf(uint sender, SenderNames names) =>
        MessageOrigin.HasContext(sender) ? Contexts!.SenderOf(sender).Id : names.IdOf(sender);

    private DeadLetter Letter(string sender, long number, Outcome outcome, string reason, int length) =>
        new()
        {
            Sender = sender,
            Target = Self.Id,
            Number = number,
            Outcome = outcome,
            Reason = reason,
            Length = length,
        };

    private void Log(DeadLetter letter)
    {
        if (Audit!.Admits(Self.Id, letter.Outcome))
        {
            Audit.DeadLetter(letter);
        }
    }

    /// <summary>Settles an evicted message. It runs under the mailbox's lock, where no user code may run.</summary>
    /// <returns>An action that logs it, to be called outside of the lock; null where there is no log.</returns>
    private Action? Evicted(uint sender, int length, long numberInMailbox)
    {
        Ledger.BeginReporting();
        try
        {
            Ledger.AddEvicted();
            long number = NumbersBefore + numberInMailbox;
            _watcher?.EndedOtherwise(sender, number, Outcome.Evicted, WhyEvicted);
            DeadLetter? letter =
                Audit is not null || Events.HasSubscribers
                    ? Letter(IdOf(sender, Directory.Names), number, Outcome.Evicted, WhyEvicted, length)
                    : null;
            if (letter is not null)
            {
                Events.Publish(letter);
            }

            if (MessageOrigin.HasContext(sender))
            {
                Contexts!.End(sender, Self.Id, number, Outcome.Evicted, WhyEvicted);
            }

            return letter is null || Audit is null ? null : () => Log(letter);
        }
        catch (Exception e)
        {
            _failed(e);
            return null;
        }
        finally
        {
            Ledger.EndReporting();
        }
    }
}
