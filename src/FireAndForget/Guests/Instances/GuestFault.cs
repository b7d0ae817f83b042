namespace FireAndForget.Guests.Instances;

/// <summary>What ended a guest's instance: the outcome of the message that it was handling, and why.</summary>
internal sealed record GuestFault(Outcome Outcome, string Reason);
