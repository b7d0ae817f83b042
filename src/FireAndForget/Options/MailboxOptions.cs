using FireAndForget.Wording;

namespace FireAndForget;

/// <summary>The bounds of a receiver's mailbox.</summary>
public sealed class MailboxOptions
{
    /// <summary>The largest <see cref="Messages"/> of a bounded mailbox.</summary>
    internal const int MaxMessages = 1 << 24;

    /// <summary>The largest <see cref="Bytes"/>.</summary>
    internal const int MaxBytes = 1 << 30;

    /// <summary>New options of a mailbox without bounds: it refuses nothing, and memory is the only limit.</summary>
    public static MailboxOptions Unbounded => new() { IsUnbounded = true };

    /// <summary>How many messages may wait, 1 to 16,777,216. Default 1,024.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int Messages
    {
        get;
        set => field = Check.Range(value, 1, MaxMessages, "messages");
    } = 1024;

    /// <summary>
    /// How many bytes of messages may wait, 1 to 1,073,741,824; each message counts its length rounded up to 8 at most.
    /// Default 1 MiB. A message larger than this is always refused with <see cref="SendStatus.QueueFull"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int Bytes
    {
        get;
        set => field = Check.Range(value, 1, MaxBytes, "bytes");
    } = 1 << 20;

    /// <summary>What happens to a message for which there is no room. Default <see cref="FireAndForget.OverflowPolicy.Refuse"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of the enumeration's.</exception>
    public OverflowPolicy OverflowPolicy
    {
        get;
        set => field = Check.Defined(value);
    }

    internal bool IsUnbounded { get; private set; }

    /// <summary>The bounds as a person reads them, in a line.</summary>
    public override string ToString() =>
        IsUnbounded
            ? "unbounded"
            : ValueText.Of(
                (nameof(Messages), Messages),
                (nameof(Bytes), Bytes),
                (nameof(OverflowPolicy), OverflowPolicy)
            );

    internal MailboxOptions Copy() => (MailboxOptions)MemberwiseClone();

    /// <summary>Whether the other options describe the same mailbox.</summary>
    internal bool IsSameAs(MailboxOptions other) =>
        IsUnbounded == other.IsUnbounded
        && Messages == other.Messages
        && Bytes == other.Bytes
        && OverflowPolicy == other.OverflowPolicy;
}
