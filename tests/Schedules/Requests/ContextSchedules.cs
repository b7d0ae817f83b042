using FireAndForget.Routing;
using FireAndForget.Tests.Exploring;
using Xunit;

namespace FireAndForget.Tests.Requests;

/// <summary>The contexts of messages, whose places go from one to the next: each message has its own, and ends once.</summary>
public sealed class ContextSchedules
{
    [Fact]
    public void Contexts_OfManyMessagesAtOnce_AreEachTheirOwnAndEndOnce() =>
        Explorer.Explore(
            1500,
            () =>
            {
                SenderDirectory directory = new();
                MessageContexts contexts = new(new(null, TimeProvider.System), TimeProvider.System);
                Threads.Run(("one", () => Send("one")), ("two", () => Send("two")), ("three", () => Send("three")));

                void Send(string id)
                {
                    Participant self = new(id, directory.NumberOf(id), [], new ComponentOptions(), allowance: null);
                    int sends = 0;
                    for (int i = 0; i < 3; i++)
                    {
                        Listener listener = new();
                        MessageContext? context = contexts.TryBegin(self, "target", i, listener, ref sends);
                        uint origin = context!.Origin;
                        Thread.Yield();
                        Expect.Equal(self, contexts.SenderOf(origin), "the sender");
                        // A thread that comes too late ends nothing.
                        Threads.Run(("first", End), ("second", End));
                        Expect.Equal(1, listener.Told, "how often it was told");

                        void End() => contexts.End(origin, "target", number: i, Outcome.Handled);
                    }
                }
            }
        );

    private sealed class Listener : OutcomeListener
    {
        public int Told { get; private set; }

        public override void Settled(Outcome outcome, string reason, long number) => Told++;
    }
}
