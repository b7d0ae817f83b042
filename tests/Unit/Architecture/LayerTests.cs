using System.Reflection;
using System.Runtime.CompilerServices;
using Xunit;

namespace FireAndForget.Tests.Architecture;

/// <summary>A folder of the library uses only folders before it in the order of docs/architecture.md.</summary>
public class LayerTests
{
    private static readonly string[] Order =
    [
        .. DocumentTable.Under(Path.Combine("Architecture", "architecture.md"), "## Folders").Select(row => row[0]),
    ];

    private static readonly (string User, string Used, string Example)[] Uses =
    [
        .. LayerReader.Uses(typeof(MessagingHost).Assembly.Location, "FireAndForget"),
    ];

    [Fact]
    public void Folders_UseOnlyFoldersBeforeThem()
    {
        string[] found = Against(Order);

        // In the message, because a collection is shown cut off.
        Assert.True(found.Length == 0, string.Join(Environment.NewLine, found));
    }

    [Fact]
    public void Folders_AllHaveTheirPlaceInTheOrder() =>
        Assert.Empty(Uses.SelectMany(use => new[] { use.User, use.Used }).Distinct().Except(Order));

    /// <summary>So that the test above can fail: in another order it names the types.</summary>
    [Fact]
    public void Folders_InAnotherOrder_AreFound()
    {
        string[] upsideDown = [.. Order.Reverse()];

        string[] found = Against(upsideDown);

        Assert.Contains(found, line => line.StartsWith("Dispatching uses Routing", StringComparison.Ordinal));
        Assert.Contains(found, line => line.Contains("FireAndForget.Dispatching.Receiver", StringComparison.Ordinal));
    }

    /// <summary>Every folder of any size uses others and is used: the reading of the compiled code finds them.</summary>
    [Theory]
    [InlineData(".", "Components")]
    [InlineData("Components", "Dispatching")]
    [InlineData("Dispatching", "Routing")]
    [InlineData("Routing", "Messages")]
    [InlineData("Guests/Direct", "Mailboxes")]
    [InlineData("Options", "Messages")]
    public void Uses_KnownOnes_AreRead(string user, string used) =>
        Assert.Contains(Uses, use => use.User == user && use.Used == used);

    /// <summary>
    /// No package may use another's internals but the one that joins hosts (docs/decisions/0026-cluster.md); tests and measurements may.
    /// </summary>
    [Fact]
    public void Internals_AreVisibleToTestsMeasurementsAndTheClusterOnly()
    {
        IEnumerable<string> friends = typeof(MessagingHost)
            .Assembly.GetCustomAttributes<InternalsVisibleToAttribute>()
            .Select(friend => friend.AssemblyName);

        Assert.All(
            friends,
            friend =>
                Assert.Matches("^FireAndForget[.](Tests[.].+|Benchmarks|Languages|Containment|Peers|Orleans)$", friend)
        );
    }

    private static string[] Against(string[] order) =>
        [
            .. Uses.Where(use => Array.IndexOf(order, use.User) < Array.IndexOf(order, use.Used))
                .GroupBy(use => (use.User, use.Used))
                .Select(uses =>
                    $"{uses.Key.User} uses {uses.Key.Used}: {string.Join("; ", uses.Select(use => use.Example).Order())}"
                ),
        ];
}
