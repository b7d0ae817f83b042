using System.Text;
using FireAndForget.Dispatching;
using FireAndForget.Validation;

namespace FireAndForget.Routing;

/// <summary>
/// What is registered under an id, component or endpoint: what it may send, what it accepts, and where its messages go. It is
/// what the checks of a message ask. Only the <see cref="Registry"/> changes that, so that no route misses it.
/// </summary>
internal sealed class Participant
{
    /// <summary>Keeps <see cref="Number"/> while this lives.</summary>
    private readonly SenderNumber _number;
    private volatile CapabilityPattern[] _sendsTo;
    private volatile CapabilityPattern[] _receivesFrom;

    public Participant(
        string id,
        SenderNumber number,
        IEnumerable<string> sendsTo,
        ReceiverOptions options,
        SendAllowance? allowance
    )
    {
        Id = id;
        IdBytes = Encoding.ASCII.GetBytes(id);
        _number = number;
        Number = number.Value;
        _sendsTo = CapabilityPattern.ParseAll(sendsTo);
        _receivesFrom = CapabilityPattern.ParseAll(options.Senders);
        Allowance = allowance;
        Accept(options);
    }

    public string Id { get; }

    public byte[] IdBytes { get; }

    /// <summary>The id's number in the <see cref="SenderDirectory"/>.</summary>
    public uint Number { get; }

    public CapabilityPattern[] SendsTo
    {
        get => _sendsTo;
        set => _sendsTo = value;
    }

    public CapabilityPattern[] ReceivesFrom
    {
        get => _receivesFrom;
        set => _receivesFrom = value;
    }

    /// <summary>Whether it is an endpoint without a handler.</summary>
    public bool OnlySends { get; init; }

    /// <summary>The codecs it declares; null: any bytes.</summary>
    public CodecSet? Codecs { get; private set; }

    public int MaxMessageBytes { get; private set; }

    /// <summary>The rate and quota of its own sends; null: none.</summary>
    public SendAllowance? Allowance { get; set; }

    /// <summary>Whether it is an endpoint that was removed and may not send any more. A component's last message is finished.</summary>
    public bool HasLeft { get; set; }

    /// <summary>Where its messages go. Set once, before it is registered.</summary>
    public Receiver Receiver { get; set; } = null!;

    /// <summary>Takes over what these options accept.</summary>
    public void Accept(ReceiverOptions options)
    {
        Codecs = options.ParseCodecs() is { } codecs ? new CodecSet(codecs) : null;
        MaxMessageBytes = options.MaxMessageBytes;
    }
}
