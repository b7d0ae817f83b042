// What carries messages between processes: FireAndForget and what is measured beside it.

using System.Reflection;
using FireAndForget.Reporting;

namespace FireAndForget.Cluster.Parts;

/// <summary>A way to send.</summary>
/// <param name="Name">As the document calls it.</param>
/// <param name="Word">As commands call it.</param>
/// <param name="IsCounted">Whether the receiver counts what arrives; else the sender knows what became of it.</param>
internal sealed record Way(string Name, string Word, bool IsCounted = true);

/// <summary>A library that carries messages.</summary>
/// <param name="Kind">The word for its sides.</param>
/// <param name="Ways">How it sends.</param>
/// <param name="Asks">How it asks: as commands call it, and as the document does.</param>
internal sealed record Carrier(string Kind, IReadOnlyList<Way> Ways, IReadOnlyList<(string Word, string Name)> Asks)
{
    public const string NatsKind = "nats";

    public static Carrier FireAndForget { get; } =
        new(
            "fire-and-forget",
            [new(Names.Self, "send", IsCounted: false)],
            [("echo", ClusterNames.Echo), ("request", ClusterNames.Request), ("call", ClusterNames.CallBeside)]
        );

    /// <summary>All of them that can be measured here.</summary>
    /// <param name="hasNats">Whether nats-server is installed.</param>
    public static IReadOnlyList<Carrier> All(bool hasNats)
    {
        string orleans = NameOf(ClusterNames.Orleans, typeof(global::Orleans.IGrainFactory));
        string nats = NameOf(ClusterNames.Nats, typeof(NATS.Client.Core.NatsConnection));
        string akka = NameOf(ClusterNames.Akka, typeof(Akka.Remote.RemoteActorRefProvider));
        string proto = NameOf(ClusterNames.Proto, typeof(global::Proto.Remote.RemoteConfig));
        Carrier[] all =
        [
            FireAndForget,
            new(NatsKind, [new($"{nats}, PublishAsync", "publish")], [("request", $"{nats}, RequestAsync")]),
            new("akka", [new($"{akka}, Tell", "tell")], [("ask", $"{akka}, Ask")]),
            new("proto", [new($"{proto}, Send", "send")], [("request", $"{proto}, RequestAsync")]),
            new(
                "orleans",
                [
                    new($"{orleans}, {ClusterNames.Awaited}", "awaited"),
                    new($"{orleans}, {ClusterNames.OneWayCall}", "one-way"),
                ],
                [("call", $"{orleans}, {ClusterNames.Awaited}")]
            ),
        ];
        return [.. all.Where(carrier => hasNats || carrier.Kind != NatsKind)];
    }

    private static string NameOf(string prefix, Type type)
    {
        string version =
            type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        return $"{prefix} {version.Split('+', '-', ' ')[0].Trim().TrimEnd('.')}";
    }
}
