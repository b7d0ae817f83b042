using Orleans;
using Orleans.Runtime;

namespace FireAndForget.Orleans.Table;

/// <summary>
/// What every silo knows of a component or endpoint: enough to check a message to it and to bring a component up elsewhere. Only
/// the silo that hosts it writes the entry, and each change has a greater version.
/// </summary>
[GenerateSerializer, Immutable, Alias("FireAndForget.TableEntry")]
internal sealed record TableEntry
{
    [Id(0)]
    public string Id { get; init; } = "";

    [Id(1)]
    public long Version { get; init; }

    /// <summary>The silo that hosts it.</summary>
    [Id(2)]
    public SiloAddress Host { get; init; } = SiloAddress.Zero;

    [Id(3)]
    public string[] SendsTo { get; init; } = [];

    [Id(4)]
    public string[] ReceivesFrom { get; init; } = [];

    /// <summary>The codecs that it declares; null: any bytes.</summary>
    [Id(5)]
    public string[]? Codecs { get; init; }

    [Id(6)]
    public int MaxMessageBytes { get; init; }

    /// <summary>How many messages its mailbox holds.</summary>
    [Id(7)]
    public int MailboxMessages { get; init; }

    /// <summary>The content address of a component's WebAssembly; empty for an endpoint.</summary>
    [Id(8)]
    public string Wasm { get; init; } = "";

    /// <summary>A component's options, as <see cref="OptionsJson"/>; empty for an endpoint.</summary>
    [Id(9)]
    public string Options { get; init; } = "";

    /// <summary>Whether it takes no messages any more.</summary>
    [Id(10)]
    public bool IsStopped { get; init; }

    /// <summary>Whether what was under way to it when its silo died is sent again.</summary>
    [Id(11)]
    public bool IsAtLeastOnce { get; init; }

    /// <summary>The topics that it subscribes to; null: its silo is of a version without topics between silos.</summary>
    [Id(12)]
    public string[]? SubscribesTo { get; init; }

    /// <summary>Under which topics it may publish; null as for <see cref="SubscribesTo"/>.</summary>
    [Id(13)]
    public string[]? PublishesTo { get; init; }

    /// <summary>The <see cref="Protocol"/> version of the silo that hosts it; 0: the first one.</summary>
    [Id(14)]
    public int ProtocolVersion { get; init; }

    public bool IsComponent => Wasm.Length != 0;

    /// <summary>The entry of a component that is not hosted yet.</summary>
    public static TableEntry Of(string id, string wasm, ComponentOptions options) =>
        Of(id, options) with
        {
            SendsTo = [.. options.SendsTo],
            PublishesTo = [.. options.PublishesTo],
            Wasm = wasm,
            Options = OptionsJson.Write(options),
            IsAtLeastOnce = options.Delivery == DeliveryGuarantee.AtLeastOnce,
        };

    /// <summary>The entry of an endpoint.</summary>
    public static TableEntry Of(string id, ReceiverOptions options) =>
        new()
        {
            Id = id,
            SendsTo = ["*"],
            ReceivesFrom = [.. options.Senders],
            SubscribesTo = [.. options.SubscribesTo],
            PublishesTo = ["*"],
            Codecs = options.Codecs,
            MaxMessageBytes = options.MaxMessageBytes,
            MailboxMessages = options.Mailbox.Messages,
        };

    /// <summary>The options by which other silos check messages from and to it.</summary>
    public ComponentOptions Policy =>
        new()
        {
            SendsTo = SendsTo,
            ReceivesFrom = ReceivesFrom,
            SubscribesTo = SubscribesTo ?? [],
            PublishesTo = PublishesTo ?? [],
            Codecs = Codecs,
            MaxMessageBytes = MaxMessageBytes,
        };

    /// <summary>
    /// The entry with the patterns that its options have, where who told of it knows nothing of topics between silos.
    /// </summary>
    public TableEntry WithTopics
    {
        get
        {
            if (SubscribesTo is not null && PublishesTo is not null)
            {
                return this;
            }

            ComponentOptions? options = IsComponent ? OptionsJson.Read(Options) : null;
            return this with
            {
                SubscribesTo = [.. options?.SubscribesTo ?? []],
                PublishesTo = [.. options?.PublishesTo ?? ["*"]],
            };
        }
    }

    /// <summary>A component's options with the capabilities that it has by now.</summary>
    public ComponentOptions CurrentOptions
    {
        get
        {
            ComponentOptions options = OptionsJson.Read(Options);
            options.SendsTo = SendsTo;
            options.ReceivesFrom = ReceivesFrom;
            options.SubscribesTo = SubscribesTo ?? options.SubscribesTo;
            options.PublishesTo = PublishesTo ?? options.PublishesTo;
            return options;
        }
    }
}
