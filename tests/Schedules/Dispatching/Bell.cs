using FireAndForget.Dispatching;
using FireAndForget.Routing;
using FireAndForget.Tests.Exploring;

namespace FireAndForget.Tests.Dispatching;

/// <summary>A receiver with other work than messages, in as few steps as there can be: it is rung, and a worker has to hear it.</summary>
/// <param name="self">Its registration.</param>
/// <param name="services">Its host.</param>
internal sealed class Bell(Participant self, HostServices services) : Receiver(self, new(), services)
{
    private int _rings;
    private int _heard;

    protected override bool HasOtherWork => _heard != _rings;

    public void Ring()
    {
        _rings++;
        Wake();
    }

    public void AwaitHearing() => Threads.WaitFor(() => !HasOtherWork, $"somebody to hear {Self.Id}");

    protected override int DeliverNext(int quota)
    {
        _heard = _rings;
        return 0;
    }
}
