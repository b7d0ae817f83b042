using System.Globalization;
using System.Reflection;
using Orleans.Runtime;

namespace FireAndForget.Orleans;

/// <summary>
/// The versions of what silos say to each other: frames, the table, and reports. Silos of neighbouring versions work together, so that a
/// cluster is upgraded silo by silo: what the older one does not know is not sent to it, or is left out by it.
/// </summary>
/// <remarks>
/// 1: messages to one target. 2: subscriptions are in the table, and published messages reach other silos. 3: a silo that comes asks for
/// the table in parts.
/// </remarks>
internal static class Protocol
{
    /// <summary>From this version on subscriptions travel, and what is published.</summary>
    public const int WithTopics = 2;

    /// <summary>From this version on a silo asks the others for the table in parts.</summary>
    public const int WithTableParts = 3;

    /// <summary>The version of this build, which the project file has.</summary>
    public static int Own { get; } =
        int.Parse(
            typeof(Protocol)
                .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
                .Single(metadata => metadata.Key == "ProtocolVersion")
                .Value!,
            CultureInfo.InvariantCulture
        );

    /// <summary>The version of a silo by what it tells; the first one told nothing.</summary>
    public static int Of(int told) => Math.Max(1, told);

    /// <summary>Whether silos of two versions work together.</summary>
    public static bool AreNeighbours(int own, int told) => Math.Abs(own - Of(told)) <= 1;

    /// <summary>Why they do not.</summary>
    public static string Explain(int own, SiloAddress silo, int told) =>
        $"The silo {silo} speaks version {Of(told)} of the protocol of FireAndForget.Orleans, and this one version {own}: only neighbouring"
        + " versions work together. Upgrade all silos to the release in between first.";
}
