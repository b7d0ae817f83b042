using System.Diagnostics.CodeAnalysis;
using FireAndForget.Messages;
using FireAndForget.Wording;

namespace FireAndForget;

/// <summary>What a receiver, component or endpoint, accepts.</summary>
/// <remarks>
/// A host copies options when it takes them: what is changed afterwards changes nothing that runs. A list that is null stands for
/// its default; one that is given, an empty one too, replaces it. Lists whose default is not empty are arrays, because the binders
/// of Microsoft.Extensions.Configuration give an empty list to an array and leave any other collection null.
/// </remarks>
public abstract class ReceiverOptions
{
    private protected ReceiverOptions() { }

    /// <summary>
    /// Who may send here: ids, or prefixes followed by <c>*</c>. Default null: <c>*</c>, everybody who holds the capability. An empty
    /// list: nobody. What is no pattern is refused when a host takes the options.
    /// </summary>
    public string[]? ReceivesFrom { get; set; }

    /// <summary>
    /// The topics whose messages it gets (<see cref="MessagingEndpoint.Publish"/>), as names or prefixes followed by <c>*</c>. Default
    /// empty, as is what null gives: none. What is no pattern is refused when a host takes the options.
    /// </summary>
    [AllowNull]
    public IList<string> SubscribesTo
    {
        get;
        set => field = value ?? [];
    } = [];

    /// <summary>
    /// The codecs with one of whose prefixes a message must start: by name, such as <c>cbor</c>, or by multicodec number, such as
    /// <c>513</c>; see <see cref="MessageCodec.TryParse"/>. Default null: any bytes are accepted. An empty list: no message is. What
    /// is no codec is refused when a host takes the options.
    /// </summary>
    public string[]? Codecs { get; set; }

    /// <summary>The largest message in bytes, 0 to 1,073,741,824. Default 1 MiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int MaxMessageBytes
    {
        get;
        set => field = Check.Range(value, 0, MailboxOptions.MaxBytes, "bytes");
    } = 1 << 20;

    /// <summary>The mailbox's bounds. Default: 1,024 messages and 1 MiB, and what does not fit is refused.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public MailboxOptions Mailbox
    {
        get;
        set => field = Check.NotNull(value);
    } = new();

    /// <summary>The patterns of who may send here.</summary>
    internal IEnumerable<string> Senders => ReceivesFrom ?? ["*"];

    /// <summary>The codecs that are accepted; null: any bytes.</summary>
    /// <exception cref="ArgumentException">A text is no codec.</exception>
    internal MessageCodec[]? ParseCodecs() =>
        Codecs is null ? null : [.. Codecs.Select(text => ParseCodec(text, nameof(Codecs)))];

    /// <summary>Copies what a copy that was just made shares with its original, and checks what is text.</summary>
    private protected void CopyShared()
    {
        ReceivesFrom = ReceivesFrom is null
            ? null
            : [.. CapabilityPattern.CheckAll(ReceivesFrom, nameof(ReceivesFrom))];
        SubscribesTo = CapabilityPattern.CheckAll(SubscribesTo, nameof(SubscribesTo));
        Codecs = Codecs is null ? null : [.. Codecs];
        _ = ParseCodecs();
        Mailbox = Mailbox.Copy();
    }

    private static MessageCodec ParseCodec(string? text, string name) =>
        MessageCodec.TryParse(text, out MessageCodec codec)
            ? codec
            : throw new ArgumentException(
                $"{(text is null ? "null" : MessageId.Quote(text))} in {name} is no codec: {MessageCodec.Form}.",
                name
            );
}
