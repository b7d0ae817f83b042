namespace FireAndForget.Guests.Instances;

/// <summary>What came of delivering a run of messages to a guest.</summary>
/// <param name="Answered">How many of them, from the first on, it answered.</param>
/// <param name="Rejected">How many of those it rejected; <see cref="Guest.Answer"/> tells which.</param>
/// <param name="Fault">What became of the message behind them, where the guest did not survive it.</param>
internal readonly record struct Delivery(int Answered, int Rejected, GuestFault? Fault);

/// <summary>What ended a guest's instance: the outcome of the message that it was handling, and why.</summary>
internal sealed record GuestFault(Outcome Outcome, string Reason);

/// <summary>A reply as a guest gets it.</summary>
internal readonly ref struct GuestReply
{
    /// <summary>The number of the request, as the guest knows it.</summary>
    public required ulong Request { get; init; }

    /// <summary>What came of the request; neither refused nor cancelled.</summary>
    public required ReplyOutcome Outcome { get; init; }

    /// <summary>The answer; empty where there is none.</summary>
    public required ReadOnlySpan<byte> Answer { get; init; }

    /// <summary>The reply's own number as a message.</summary>
    public required long Number { get; init; }
}
