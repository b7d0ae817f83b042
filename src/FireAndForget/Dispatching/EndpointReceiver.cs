using FireAndForget.Accounting;
using FireAndForget.Mailboxes;
using FireAndForget.Messages;
using FireAndForget.Routing;
using FireAndForget.Wording;

namespace FireAndForget.Dispatching;

/// <summary>An endpoint as a receiver: its handlers are called for each message, on the worker's thread.</summary>
/// <param name="self">Its registration.</param>
/// <param name="mailbox">Its mailbox.</param>
/// <param name="handler">Handles messages; null: they are rejected.</param>
/// <param name="answering">Answers requests; null: they are rejected.</param>
/// <param name="services">Its host.</param>
internal sealed class EndpointReceiver(
    Participant self,
    MailboxOptions mailbox,
    MessageHandler? handler,
    RequestHandler? answering,
    HostServices services
) : Receiver(self, mailbox, services)
{
    public const string NoMessages = "the endpoint has no handler for messages, only for requests";
    public const string NoRequests = "the endpoint has no handler for requests";

    /// <summary>Messages are released in runs of this many, so that the mailbox's head is not written for each.</summary>
    private const int RunLength = 32;

    /// <summary>Which message of the run the handler is called with, 1 for the first; 0: none.</summary>
    private int _atWork;
    private volatile bool _isAbandoned;

    public override bool TryAbandon(string reason)
    {
        if (!IsStopped)
        {
            return false;
        }

        _isAbandoned = true;
        // The worker writes _atWork and then reads _isAbandoned without a fence between. This side, which is rare, pays for both.
        Interlocked.MemoryBarrierProcessWide();
        int handled = Volatile.Read(ref _atWork) - 1;
        if (handled < 0 || !TryTakeOver())
        {
            return false;
        }

        Mailbox.KeepMemory();
        Record(Outcome.Handled, handled);
        SettleFirst(Outcome.Undeliverable, reason);
        Ledger.InFlight = 0;
        FinishTakenOver();
        return true;
    }

    protected override int DeliverNext(int quota)
    {
        int settled = 0;
        while (settled < quota && !IsStopped)
        {
            int run = DeliverRun(Math.Min(RunLength, quota - settled));
            if (run == 0)
            {
                break;
            }

            settled += run;
        }

        return settled;
    }

    private int DeliverRun(int most)
    {
        int handled = 0;
        bool endsWithContext = false;
        uint sender = 0;
        string? rejection = null;
        Ledger.InFlight = most;
        while (
            handled < most
            && !endsWithContext
            && !IsStopped
            && Mailbox.TryPeek(handled, out sender, out ReadOnlySpan<byte> message)
        )
        {
            Volatile.Write(ref _atWork, handled + 1);
            try
            {
                if (MessageOrigin.HasContext(sender))
                {
                    // The message ends the run, because its outcome has to be counted and reported at once.
                    endsWithContext = true;
                    rejection = HandleWithContext(Contexts!.BeginHandling(sender, Self.Id), message, handled);
                }
                else if (handler is null)
                {
                    rejection = NoMessages;
                }
                else
                {
                    handler(new(Directory.IdOf(sender), message, this, handled));
                }
            }
            catch (Exception e)
            {
                return ComesBack()
                    ? SettleLast(handled, Outcome.Trapped, $"the endpoint's handler threw {ErrorText.Of(e)}", e)
                    : 0;
            }

            if (!ComesBack())
            {
                return 0;
            }

            if (rejection is not null)
            {
                return SettleLast(handled, Outcome.Rejected, rejection);
            }

            handled++;
        }

        if (endsWithContext)
        {
            SettleWithContext(handled, sender);
        }
        else
        {
            Record(Outcome.Handled, handled);
        }

        Ledger.InFlight = 0;
        return handled;
    }

    /// <summary>Notes that the handler has returned; whether its messages are still this worker's to settle.</summary>
    private bool ComesBack()
    {
        Volatile.Write(ref _atWork, 0);
        return !_isAbandoned || TryKeep();
    }

    /// <summary>Handles a message that has a context.</summary>
    /// <returns>Null, or why it is rejected.</returns>
    private string? HandleWithContext(MessageContext context, ReadOnlySpan<byte> message, int index)
    {
        ReceivedMessage received = new(context.Sender.Id, message, this, index);
        if (context.Request is { } request)
        {
            return answering is null ? NoRequests : request.Take(answering(received));
        }

        if (handler is null)
        {
            return NoMessages;
        }

        handler(received);
        return null;
    }

    /// <summary>Settles what was handled, and the message behind it.</summary>
    private int SettleLast(int handled, Outcome outcome, string reason, Exception? error = null)
    {
        Record(Outcome.Handled, handled);
        SettleFirst(outcome, reason, error);
        Ledger.InFlight = 0;
        return handled + 1;
    }

    /// <summary>Settles what was handled, of which the last message has a context.</summary>
    private void SettleWithContext(int handled, uint origin)
    {
        Ledger.BeginReporting();
        try
        {
            long number = NumberOf(handled - 1);
            Record(Outcome.Handled, handled);
            Contexts!.End(origin, Self.Id, number, Outcome.Handled);
        }
        finally
        {
            Ledger.EndReporting();
        }
    }
}
