// A payload in the form that libraries with typed messages want.

using MediatR;

namespace FireAndForget.Peers;

/// <summary>A message.</summary>
public sealed class TallyMessage : INotification
{
    /// <summary>Its bytes.</summary>
    public byte[] Payload { get; init; } = [];
}
