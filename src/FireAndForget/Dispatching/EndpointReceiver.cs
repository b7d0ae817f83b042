using FireAndForget.Diagnostics;
using FireAndForget.Routing;

namespace FireAndForget.Dispatching;

/// <summary>An endpoint as a receiver: its handler is called for each message, on the worker's thread.</summary>
internal sealed class EndpointReceiver(
    Participant self,
    MailboxOptions mailbox,
    MessageHandler handler,
    HostServices services
) : Receiver(self, mailbox, services)
{
    /// <summary>Messages are given free in runs of so many, so that the mailbox's head is not written for each.</summary>
    private const int RunLength = 32;

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
        Ledger.InFlight = most;
        while (
            handled < most && !IsStopped && Mailbox.TryPeek(handled, out uint sender, out ReadOnlySpan<byte> message)
        )
        {
            try
            {
                if (MessageSampling.IsSample(sender))
                {
                    HandleSample(sender, message);
                }
                else
                {
                    handler(new(Directory.IdOf(sender), message));
                }
            }
            catch (Exception e)
            {
                SettleHandled(handled);
                SettleFirst(Outcome.Trapped, $"the endpoint's handler threw {e.GetType().Name}: {e.Message}");
                Ledger.InFlight = 0;
                return handled + 1;
            }

            handled++;
        }

        SettleHandled(handled);
        Ledger.InFlight = 0;
        return handled;
    }

    private void HandleSample(uint number, ReadOnlySpan<byte> message)
    {
        handler(new(Sampling!.BeginHandling(number, Self.Id).Id, message));
        Sampling.Settle(number, Self.Id, Outcome.Handled);
    }

    private void SettleHandled(int count)
    {
        Mailbox.Release(count);
        Ledger.Add(Outcome.Handled, count);
    }
}
