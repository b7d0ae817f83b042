using FireAndForget.Dispatching;
using FireAndForget.Mailboxes;
using FireAndForget.Validation;

namespace FireAndForget.Routing;

/// <summary>
/// What was decided for a sender and a target: that they may not talk and why, or where the message goes and what the target
/// accepts. Immutable; rebuilt by the <see cref="Registry"/> when anything that it was decided from has changed.
/// </summary>
internal sealed class Route
{
    public Route(int version, string target, SendStatus refusal, Participant? receiver)
    {
        Version = version;
        Target = target;
        Refusal = refusal;
        TargetBytes = receiver?.IdBytes ?? [];
        if (refusal == SendStatus.Accepted)
        {
            Receiver = receiver!.Receiver;
            Mailbox = Receiver.Mailbox;
            MaxMessageBytes = receiver.MaxMessageBytes;
            Codecs = receiver.Codecs;
        }
    }

    /// <summary>The registry's version of which this is true.</summary>
    public int Version { get; }

    public string Target { get; }

    /// <summary>The target's id in UTF-8, as a guest names it; empty where there is no such target.</summary>
    public byte[] TargetBytes { get; }

    /// <summary>Why these two may not talk, or <see cref="SendStatus.Accepted"/>.</summary>
    public SendStatus Refusal { get; }

    /// <summary>Whether a send needs more than the checks and the mailbox: it has an allowance, or somebody listens.</summary>
    public bool TakesDetour { get; init; }

    public Receiver? Receiver { get; }

    public Mailbox? Mailbox { get; }

    public int MaxMessageBytes { get; }

    public CodecSet? Codecs { get; }
}
