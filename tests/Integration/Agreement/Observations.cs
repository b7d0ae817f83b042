using System.Globalization;
using System.Security.Cryptography;
using Xunit;

namespace FireAndForget.Tests.Agreement;

/// <summary>
/// All that a scenario showed from outside, as lines of text: what each step answered, what each sender's messages to each receiver
/// were, in their order, dead letters, refusals, restarts and stops, what was logged, and the accounting at the end.
/// </summary>
internal sealed record Observations(IReadOnlyList<string> Lines)
{
    /// <summary>How many messages were accepted, those between components too.</summary>
    public long Accepted { get; init; }

    /// <summary>Short bytes as they are, others by length and hash.</summary>
    public static string Show(ReadOnlySpan<byte> bytes) =>
        bytes.Length <= 24
            ? $"[{Convert.ToHexString(bytes)}]"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"[{Convert.ToHexString(bytes[..8])}.. {bytes.Length} {Convert.ToHexString(SHA256.HashData(bytes))[..12]}]"
            );

    /// <summary>That the other runtime shows the same.</summary>
    public static void AssertSame(Observations direct, Observations componentApi, string scenario)
    {
        string[] onlyDirect = Missing(direct.Lines, componentApi.Lines);
        string[] onlyOther = Missing(componentApi.Lines, direct.Lines);
        Assert.True(
            direct.Lines.SequenceEqual(componentApi.Lines),
            $"""
            The runtimes differ over this: {scenario}
            only direct:
              {string.Join("\n  ", onlyDirect)}
            only component API:
              {string.Join("\n  ", onlyOther)}
            {(onlyDirect.Length + onlyOther.Length == 0 ? "the same lines in another order:\n" : "direct in full:\n")}
              {string.Join("\n  ", direct.Lines)}
            """
        );
    }

    private static string[] Missing(IReadOnlyList<string> lines, IReadOnlyList<string> from)
    {
        List<string> rest = [.. from];
        return [.. lines.Where(line => !rest.Remove(line))];
    }
}
