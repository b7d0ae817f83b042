// What requests are compared with: a message without an answer to the component of the thirteen, sent and delivered on one thread.

using FireAndForget.Measuring;

namespace FireAndForget.Peers.Conversations;

internal sealed class MessageOneByOne : Asker
{
    private readonly MeasuredHost _measured = MeasuredHost.OnOneThread(
        Guest.Source,
        new() { PayloadBytes = MessageBytes }
    );

    public override string Name => Reporting.Names.RequestBaseline;

    public override Task StartAsync() => Task.CompletedTask;

    public override Task AskAsync(int laps, int open)
    {
        _measured.Bursts(laps, open);
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        _measured.Check();
        return _measured.DisposeAsync();
    }
}
