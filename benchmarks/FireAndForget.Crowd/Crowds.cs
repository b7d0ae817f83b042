// Which crowds there are, by their names.

using FireAndForget.Reporting;

namespace FireAndForget.Crowd;

internal static class Crowds
{
    /// <summary>Those whose receivers get a message in turn.</summary>
    public static IReadOnlyList<string> InTurn { get; } =
    [Names.CrowdOneWorker, Names.CrowdManual, Names.CrowdAkka, Names.CrowdProtoActor, Names.CrowdChannels];

    /// <summary>Those whose receivers send to each other.</summary>
    public static IReadOnlyList<string> Forwarding { get; } =
    [Names.CrowdOneWorker, Names.CrowdTwoWorkers, Names.CrowdAkka];

    /// <summary>How many bytes a message has; null where it is an object that receivers pass on by reference.</summary>
    public static int? MessageBytes(string measured, string name) =>
        measured == Names.CrowdInTurn ? Laps.MessageBytes
        : name == Names.CrowdAkka ? null
        : ComponentToComponent.MessageBytes;

    /// <summary>Makes one.</summary>
    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public static ICrowd Create(string measured, string name, int receivers) =>
        (measured, name) switch
        {
            (Names.CrowdInTurn, Names.CrowdOneWorker) => new ReceiversInTurn(receivers, workers: 1),
            (Names.CrowdInTurn, Names.CrowdManual) => new ReceiversInTurn(receivers, workers: 0),
            (Names.CrowdInTurn, Names.CrowdAkka) => new AkkaInTurn(receivers),
            (Names.CrowdInTurn, Names.CrowdProtoActor) => new ProtoActorInTurn(receivers),
            (Names.CrowdInTurn, Names.CrowdChannels) => new ChannelsInTurn(receivers),
            (Names.CrowdHops, Names.CrowdOneWorker) => new ComponentToComponent(receivers, workers: 1),
            (Names.CrowdHops, Names.CrowdTwoWorkers) => new ComponentToComponent(receivers, workers: 2),
            (Names.CrowdHops, Names.CrowdManual) => new ComponentToComponent(receivers, workers: 0),
            (Names.CrowdHops, Names.CrowdAkka) => new AkkaToAkka(receivers),
            _ => throw new ArgumentException($"There is no crowd '{name}' for {measured}."),
        };
}
