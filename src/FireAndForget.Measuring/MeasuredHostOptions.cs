namespace FireAndForget.Measuring;

/// <summary>What is measured on a <see cref="MeasuredHost"/>.</summary>
public sealed record MeasuredHostOptions
{
    /// <summary>The length of each message in bytes.</summary>
    public required int PayloadBytes { get; init; }

    /// <summary>The receiver's mailbox; null: <see cref="MeasuredHost.MailboxFor"/>.</summary>
    public MailboxOptions? Mailbox { get; init; }
}
