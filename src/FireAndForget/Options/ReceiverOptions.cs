namespace FireAndForget;

/// <summary>What a receiver, component or endpoint, accepts.</summary>
public abstract record ReceiverOptions
{
    private protected ReceiverOptions() { }

    /// <summary>Who may send here: ids, or prefixes followed by <c>*</c>. Default <c>*</c>, everybody who holds the capability.</summary>
    /// <exception cref="ArgumentException">A pattern is neither an id nor a prefix followed by <c>*</c>.</exception>
    public IReadOnlyList<string> ReceivesFrom
    {
        get;
        init => field = CapabilityPattern.CheckAll(value, nameof(ReceivesFrom));
    } = ["*"];

    /// <summary>The codecs with whose prefix a message must start. Default none: any bytes are accepted.</summary>
    /// <exception cref="ArgumentNullException">The list is null.</exception>
    public IReadOnlyList<MessageCodec> Codecs
    {
        get;
        init => field = [.. Check.NotNull(value)];
    } = [];

    /// <summary>The largest message in bytes, 0 to 1,073,741,824. Default 1 MiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int MaxMessageBytes
    {
        get;
        init => field = Check.Range(value, 0, MailboxOptions.MaxBytes, "bytes");
    } = 1 << 20;

    /// <summary>The mailbox's bounds.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public MailboxOptions Mailbox
    {
        get;
        init => field = Check.NotNull(value);
    } = new();
}
