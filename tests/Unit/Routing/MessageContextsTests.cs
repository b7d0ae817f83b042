using FireAndForget.Routing;
using Xunit;

namespace FireAndForget.Tests.Routing;

/// <summary>The numbers of contexts: one that has ended is not taken for the next at its place.</summary>
public sealed class MessageContextsTests : IDisposable
{
    private readonly MessageContexts _contexts = new(new(delivery: null, TimeProvider.System), TimeProvider.System);
    private readonly Parts _parts = new();

    public void Dispose() => _parts.Dispose();

    [Fact]
    public void TryBegin_AgainAndAgain_GivesOtherNumbersOfWhichOneIsAlive()
    {
        Participant sender = _parts.Add("sender");
        HashSet<uint> ended = [];
        int sends = 0;
        for (int i = 0; i < 20; i++)
        {
            FateWaiter waiter = new();
            uint origin = _contexts.TryBegin(sender, "target", 1, waiter, ref sends)!.Origin;

            Assert.DoesNotContain(origin, ended);
            Assert.All(ended, before => Assert.Null(_contexts.TryFindSender(before)));
            Assert.Same(sender, _contexts.TryFindSender(origin));

            _contexts.End(origin, "target", i, Outcome.Handled);
            Assert.True(waiter.Fate.IsCompletedSuccessfully);
            ended.Add(origin);
        }
    }
}
