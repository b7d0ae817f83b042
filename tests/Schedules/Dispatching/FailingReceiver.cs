using FireAndForget.Dispatching;
using FireAndForget.Routing;

namespace FireAndForget.Tests.Dispatching;

/// <summary>A receiver out of which an error of the host comes, behind its first delivery, while a worker has it.</summary>
/// <param name="self">Its registration.</param>
/// <param name="services">Its host.</param>
internal sealed class FailingReceiver(Participant self, HostServices services) : Receiver(self, new(), services)
{
    private bool _fails;

    public override bool IsPaused
    {
        get
        {
            bool fails = _fails;
            _fails = false;
            return fails ? throw new InvalidOperationException("a fault of the host") : false;
        }
    }

    protected override long TicksMet => 2;

    protected override int DeliverNext(int quota)
    {
        _fails = true;
        return 0;
    }
}
