namespace FireAndForget;

/// <summary>An accepted message that ended otherwise than <see cref="FireAndForget.Outcome.Handled"/>.</summary>
/// <param name="From">The sender's id.</param>
/// <param name="To">The receiver's id.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Why">What there is to say of it, such as the trap or a core module's answer.</param>
/// <param name="Length">The message's length in bytes.</param>
public sealed record DeadLetter(string From, string To, Outcome Outcome, string Why, int Length) : HostEvent;
