namespace FireAndForget;

/// <summary>
/// A component stopped and is not restarted any more: what waited in its mailbox is <see cref="Outcome.Undeliverable"/>, and
/// who sends to it gets <see cref="SendStatus.Closed"/>.
/// </summary>
/// <param name="Component">The component's id.</param>
/// <param name="Why">Why it stopped.</param>
public sealed record ComponentStopped(string Component, string Why) : HostEvent;
