namespace FireAndForget.Measuring;

/// <summary>What is measured on a <see cref="MeasuredHost"/>.</summary>
public sealed record MeasuredHostOptions
{
    /// <summary>The length of each message in bytes.</summary>
    public required int PayloadBytes { get; init; }

    /// <summary>The receiver's mailbox; null: <see cref="MeasuredHost.MailboxFor"/>.</summary>
    public MailboxOptions? Mailbox { get; init; }

    /// <summary>
    /// Makes what tells how many of the receiver's messages have their outcome. It is asked in a loop while a worker delivers, so
    /// it should allocate nothing and disturb little. Null: <see cref="Component.Statistics"/>.
    /// </summary>
    public Func<Component, Func<long>>? CountSettled { get; init; }
}
