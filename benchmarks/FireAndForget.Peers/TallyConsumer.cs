// MassTransit's receiver.

using MassTransit;

namespace FireAndForget.Peers;

/// <summary>Counts messages.</summary>
/// <param name="tally">Where they are counted.</param>
public sealed class TallyConsumer(Tally tally) : IConsumer<TallyMessage>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<TallyMessage> context)
    {
        tally.Add(context.Message.Payload.Length);
        return Task.CompletedTask;
    }
}
