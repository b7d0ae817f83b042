// MediatR: Publish to one handler, which runs on the sender's thread.

using MediatR;

namespace FireAndForget.Peers;

internal sealed class MediatRPeer : Peer
{
    private readonly Mediator _mediator;

    public MediatRPeer()
    {
        INotificationHandler<TallyMessage>[] handlers = [new TallyHandler(Tally)];
        _mediator = new(type => type.IsAssignableFrom(handlers.GetType()) ? handlers : null!);
    }

    public override string Name => $"MediatR {PackageVersion.Of(typeof(Mediator))}, Publish";

    public override Tally Tally { get; } = new();

    public override Task StartAsync(int payload) => Task.CompletedTask;

    public override async Task SendAsync(byte[] message, int count)
    {
        var notification = new TallyMessage { Payload = message };
        for (int i = 0; i < count; i++)
        {
            await _mediator.Publish(notification).ConfigureAwait(false);
        }
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
