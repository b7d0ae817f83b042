namespace FireAndForget;

/// <summary>What an endpoint accepts. It may send to everybody who receives from it.</summary>
public sealed record EndpointOptions : ReceiverOptions;
