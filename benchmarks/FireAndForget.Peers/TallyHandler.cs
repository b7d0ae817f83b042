// MediatR's receiver.

using MediatR;

namespace FireAndForget.Peers;

/// <summary>Counts messages.</summary>
/// <param name="tally">Where they are counted.</param>
public sealed class TallyHandler(Tally tally) : INotificationHandler<TallyMessage>
{
    /// <inheritdoc/>
    public Task Handle(TallyMessage notification, CancellationToken cancellationToken)
    {
        tally.Add(notification.Payload.Length);
        return Task.CompletedTask;
    }
}
