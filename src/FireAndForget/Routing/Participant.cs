using System.Text;
using FireAndForget.Dispatching;
using FireAndForget.Validation;

namespace FireAndForget.Routing;

/// <summary>
/// What is registered under an id, component or endpoint: what it may send, what it accepts, and where its messages go. It is
/// what the checks of a message ask; everything in it stays as it was registered.
/// </summary>
internal sealed class Participant
{
    public Participant(
        string id,
        uint number,
        IReadOnlyList<string> sendsTo,
        ReceiverOptions options,
        SendAllowance? allowance
    )
    {
        Id = id;
        IdBytes = Encoding.ASCII.GetBytes(id);
        Number = number;
        SendsTo = CapabilityPattern.ParseAll(sendsTo);
        ReceivesFrom = CapabilityPattern.ParseAll(options.ReceivesFrom);
        Codecs = options.Codecs.Count == 0 ? null : new CodecSet(options.Codecs);
        MaxMessageBytes = options.MaxMessageBytes;
        Allowance = allowance;
    }

    public string Id { get; }

    public byte[] IdBytes { get; }

    /// <summary>The id's number in the <see cref="SenderDirectory"/>.</summary>
    public uint Number { get; }

    public CapabilityPattern[] SendsTo { get; }

    public CapabilityPattern[] ReceivesFrom { get; }

    /// <summary>The codecs it declares; null: any bytes.</summary>
    public CodecSet? Codecs { get; }

    public int MaxMessageBytes { get; }

    /// <summary>The rate and quota of its own sends; null: none.</summary>
    public SendAllowance? Allowance { get; }

    /// <summary>Whether it is an endpoint that was removed and may not send any more. A component's last message is finished.</summary>
    public bool HasLeft { get; set; }

    /// <summary>Where its messages go. Set once, before it is registered.</summary>
    public Receiver Receiver { get; set; } = null!;
}
