namespace FireAndForget.Guests.Instances;

/// <summary>What came of delivering a run of messages to a guest.</summary>
/// <param name="Answered">How many of them, from the first on, it answered.</param>
/// <param name="Rejected">How many of those it rejected; <see cref="Guest.Answer"/> tells which.</param>
/// <param name="Fault">What became of the message behind them, where the guest did not survive it.</param>
internal readonly record struct Delivery(int Answered, int Rejected, GuestFault? Fault)
{
    /// <summary>Nothing was delivered, because the first message is a request, which guests do not get so.</summary>
    public static Delivery Request { get; } = new(0, 0, null) { IsRequest = true };

    /// <summary>Whether it is that.</summary>
    public bool IsRequest { get; private init; }
}

/// <summary>What ended a guest's instance: the outcome of the message that it was handling, and why.</summary>
internal sealed record GuestFault(Outcome Outcome, string Reason);
