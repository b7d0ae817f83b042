using FireAndForget.Mailboxes;

namespace FireAndForget.Tests.Properties;

/// <summary>What a participant is registered with in a trial.</summary>
internal sealed record TrialParticipant(
    string Id,
    bool IsComponent,
    string[] SendsTo,
    string[]? ReceivesFrom,
    ulong[]? Codecs,
    int MaxMessageBytes,
    MailboxOptions Mailbox,
    decimal? MessagesPerSecond,
    int Burst,
    QuotaOptions Quota,
    int Restarts
)
{
    public AllowanceModel? MakeAllowance() => IsComponent ? new(MessagesPerSecond, Burst, Quota) : null;

    private string[]? CodecTexts => Codecs?.Select(code => new MessageCodec(code).ToString()).ToArray();

    public ComponentOptions ComponentOptions =>
        new()
        {
            SendsTo = SendsTo,
            ReceivesFrom = ReceivesFrom,
            Codecs = CodecTexts,
            MaxMessageBytes = MaxMessageBytes,
            Mailbox = Mailbox,
            Rate = MessagesPerSecond is { } rate ? new() { MessagesPerSecond = (double)rate, Burst = Burst } : null,
            Quota = Quota,
            Restart = new() { Max = Restarts },
            // A machine under load must not cut a guest off.
            Limits = new() { MessageTimeout = TimeSpan.Zero, LoadTimeout = TimeSpan.Zero },
        };

    public MessagingEndpointOptions MessagingEndpointOptions =>
        new()
        {
            ReceivesFrom = ReceivesFrom,
            Codecs = CodecTexts,
            MaxMessageBytes = MaxMessageBytes,
            Mailbox = Mailbox,
        };
}
