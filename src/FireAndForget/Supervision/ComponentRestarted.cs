namespace FireAndForget;

/// <summary>A component got a fresh instance.</summary>
/// <param name="Component">The component's id.</param>
/// <param name="Why">Why the instance before was dropped.</param>
public sealed record ComponentRestarted(string Component, string Why) : HostEvent;
