using FireAndForget.Accounting;
using FireAndForget.Mailboxes;
using FireAndForget.Messages;
using FireAndForget.Routing;
using FireAndForget.Wording;

namespace FireAndForget.Dispatching;

/// <summary>An endpoint as a receiver: its handler is called for each message, on the worker's thread.</summary>
internal sealed class EndpointReceiver(
    Participant self,
    MailboxOptions mailbox,
    MessageHandler handler,
    HostServices services
) : Receiver(self, mailbox, services)
{
    /// <summary>Messages are released in runs of this many, so that the mailbox's head is not written for each.</summary>
    private const int RunLength = 32;

    /// <summary>Which message of its run is with the handler, 1 for the first; 0: none.</summary>
    private int _atWork;
    private volatile bool _isAbandoned;

    public override bool TryAbandon(string reason)
    {
        if (!IsStopped)
        {
            return false;
        }

        _isAbandoned = true;
        // The worker writes where it is and then reads _isAbandoned without a fence between: this side, which is rare, pays for
        // both.
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
                    // It ends the run, because its outcome has to be counted and reported at once.
                    endsWithContext = true;
                    handler(new(Contexts!.BeginHandling(sender, Self.Id).Id, message));
                }
                else
                {
                    handler(new(Directory.IdOf(sender), message));
                }
            }
            catch (Exception e)
            {
                return ComesBack() ? SettleThrown(handled, e) : 0;
            }

            if (!ComesBack())
            {
                return 0;
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

    /// <summary>Out of the handler: whether the messages are still this worker's to settle.</summary>
    private bool ComesBack()
    {
        Volatile.Write(ref _atWork, 0);
        return !_isAbandoned || TryKeep();
    }

    private int SettleThrown(int handled, Exception e)
    {
        Record(Outcome.Handled, handled);
        SettleFirst(Outcome.Trapped, $"the endpoint's handler threw {ErrorText.Of(e)}", e);
        Ledger.InFlight = 0;
        return handled + 1;
    }

    /// <summary>Settles what was handled, of which the last message has a context.</summary>
    private void SettleWithContext(int handled, uint origin)
    {
        Ledger.BeginReporting();
        try
        {
            Record(Outcome.Handled, handled);
            Contexts!.End(origin, Self.Id, Outcome.Handled);
        }
        finally
        {
            Ledger.EndReporting();
        }
    }
}
