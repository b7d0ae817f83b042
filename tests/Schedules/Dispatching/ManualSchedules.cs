using FireAndForget.Dispatching;
using FireAndForget.Tests.Exploring;
using Xunit;

namespace FireAndForget.Tests.Dispatching;

/// <summary>Two that wait for a drain where nobody but they deliver.</summary>
public sealed class ManualSchedules
{
    [Fact]
    public void Drain_TwoThatPump_AllIsHandledAndBothEnd() =>
        Explorer.Explore(
            1500,
            () =>
            {
                ScheduledHost host = new(workers: 0);
                Inbox inbox = new();
                host.AddEndpoint("inbox", inbox.Handle);
                Threads.Run(("one", () => SendAndDrain("one")), ("two", () => SendAndDrain("two")));
                Task empty = host.Books.WhenEmpty();
                host.CloseAll();
                PumpUntil(host, empty);
                host.Stop(4);

                void SendAndDrain(string id)
                {
                    Routing.MessageSender sender = host.AddSender(id);
                    for (int i = 0; i < 2; i++)
                    {
                        Expect.Equal(SendStatus.Accepted, sender.Send("inbox", [(byte)i]), "a send");
                        PumpUntil(host, host.Books.WhenDrained());
                        Expect.True(inbox.Has(id, i), () => $"{i} of {id} was not handled before the drain.");
                    }
                }
            }
        );

    /// <summary>As the host does it, but that it keeps its thread while it waits.</summary>
    private static void PumpUntil(ScheduledHost host, Task done)
    {
        ManualDispatcher manual = host.Manual!;
        while (!done.IsCompleted)
        {
            Task changed = manual.WhenChanged();
            if (manual.TryPump(Worker.Quota, out int settled))
            {
                host.Books.CheckDrained();
            }

            if (!done.IsCompleted && settled == 0)
            {
                Threads.WaitFor(() => changed.IsCompleted || done.IsCompleted, "something to become ready");
            }
        }

        manual.AnnounceChange();
    }
}
