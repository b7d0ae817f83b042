using System.Diagnostics.CodeAnalysis;
using FireAndForget.Messages;
using FireAndForget.Wording;

namespace FireAndForget;

/// <summary>What a component may do, accepts and may use. The defaults are those of the topology file.</summary>
public sealed class ComponentOptions : ReceiverOptions
{
    /// <summary>
    /// Its capabilities: the targets to which it may send, as ids or prefixes followed by <c>*</c>. Default empty, as is what null
    /// gives: nobody. What is no pattern is refused when a host takes the options.
    /// </summary>
    [AllowNull]
    public IList<string> SendsTo
    {
        get;
        set => field = value ?? [];
    } = [];

    /// <summary>
    /// The topics under which it may publish, as names or prefixes followed by <c>*</c>. Default empty, as is what null gives: none.
    /// What is no pattern is refused when a host takes the options.
    /// </summary>
    [AllowNull]
    public IList<string> PublishesTo
    {
        get;
        set => field = value ?? [];
    } = [];

    /// <summary>
    /// The time, memory, tables, files, output, open requests and later messages that the guest may use. Default: those of
    /// <see cref="LimitOptions"/>, among them 1 s for a message and 64 MiB of memory.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public LimitOptions Limits
    {
        get;
        set => field = Check.NotNull(value);
    } = new();

    /// <summary>The rate of its own sends. Default null: no limit.</summary>
    public RateOptions? Rate { get; set; }

    /// <summary>The quota of its own sends. Default: no limit.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public QuotaOptions Quota
    {
        get;
        set => field = Check.NotNull(value);
    } = new();

    /// <summary>How often its guest is restarted after it trapped or timed out. Default: 5 times in 60 s.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public RestartOptions Restart
    {
        get;
        set => field = Check.NotNull(value);
    } = new();

    /// <summary>What it is granted by way of WASI. Default: nothing.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public WasiOptions Wasi
    {
        get;
        set => field = Check.NotNull(value);
    } = new();

    /// <summary>
    /// What it is configured with: the values that it finds by their keys with <c>wasi:config/store</c>. Default empty, as is what null
    /// gives. A null key or value is refused when a host takes the options.
    /// </summary>
    [AllowNull]
    public IDictionary<string, string> Config
    {
        get;
        set => field = value ?? new Dictionary<string, string>();
    } = new Dictionary<string, string>();

    /// <summary>Where it runs in a cluster; a single host takes no notice. Default: anywhere.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public PlacementOptions Placement
    {
        get;
        set => field = Check.NotNull(value);
    } = new();

    /// <summary>
    /// What becomes, in a cluster, of messages that were under way to it when its host died; a single host takes no notice. Default
    /// <see cref="DeliveryGuarantee.AtMostOnce"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of the enumeration's.</exception>
    public DeliveryGuarantee Delivery
    {
        get;
        set => field = Check.Defined(value, nameof(Delivery));
    }

    /// <summary>The options as a person reads them, in a line.</summary>
    public override string ToString() =>
        ValueText.Of(
            (nameof(SendsTo), SendsTo),
            (nameof(ReceivesFrom), Senders),
            (nameof(PublishesTo), PublishesTo),
            (nameof(SubscribesTo), SubscribesTo),
            (nameof(Codecs), (object?)Codecs ?? "any"),
            (nameof(MaxMessageBytes), MaxMessageBytes),
            (nameof(Mailbox), Mailbox),
            (nameof(Limits), Limits),
            (nameof(Rate), Rate),
            (nameof(Quota), Quota),
            (nameof(Restart), Restart),
            (nameof(Wasi), Wasi),
            (nameof(Config), Config.Keys),
            (nameof(Placement), Placement),
            (nameof(Delivery), Delivery)
        );

    /// <summary>A copy of its own for a host, in which every value was checked.</summary>
    /// <exception cref="ArgumentException">A value is not valid.</exception>
    internal ComponentOptions Snapshot()
    {
        var copy = (ComponentOptions)MemberwiseClone();
        copy.CopyShared();
        copy.SendsTo = CapabilityPattern.CheckAll(SendsTo, nameof(SendsTo));
        copy.PublishesTo = CapabilityPattern.CheckAll(PublishesTo, nameof(PublishesTo));
        copy.Limits = Limits.Copy();
        copy.Rate = Rate?.Snapshot();
        copy.Quota = Quota.Copy();
        copy.Restart = Restart.Copy();
        copy.Wasi = Wasi.Snapshot();
        copy.Config = new Dictionary<string, string>(Config, StringComparer.Ordinal);
        foreach ((string key, string value) in copy.Config)
        {
            ArgumentNullException.ThrowIfNull(value, $"{nameof(Config)}[{key}]");
        }

        copy.Placement = Placement.Copy();
        return copy;
    }
}
