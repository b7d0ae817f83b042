using CsCheck;
using FireAndForget.Messages;
using Xunit;

namespace FireAndForget.Tests.Routing;

/// <summary>Capability patterns, against a matcher that knows nothing but characters.</summary>
public class CapabilityPatternTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("*", true)]
    [InlineData("audit/*", true)]
    [InlineData("a*", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("**", false)]
    [InlineData("a**", false)]
    [InlineData("*a", false)]
    [InlineData("a*b", false)]
    [InlineData("/a*", false)]
    [InlineData("A*", false)]
    [InlineData("a ", false)]
    public void TryParse_Text_IsAPatternOrNot(string? text, bool isPattern) =>
        Assert.Equal(isPattern, CapabilityPattern.TryParse(text, out _));

    [Theory]
    [InlineData(128, "", true)]
    [InlineData(129, "", false)]
    [InlineData(128, "*", true)]
    [InlineData(129, "*", false)]
    public void TryParse_Length_IsThatOfAnId(int length, string end, bool isPattern) =>
        Assert.Equal(isPattern, CapabilityPattern.TryParse(new string('a', length) + end, out _));

    [Fact]
    public void Matches_AnyPatternAndId_AgreesWithTheNaiveMatcher()
    {
        Gen<string> id = Gen.Char["ab/"].Array[0, 4].Select(tail => "a" + new string(tail));
        Gen<string> pattern = Gen.Select(
            id,
            Gen.Int[0, 5],
            Gen.Bool,
            (text, cut, star) => star ? text[..Math.Min(cut, text.Length)] + "*" : text
        );
        Gen.Select(pattern, id)
            .Sample(
                (p, i) =>
                    CapabilityPattern.TryParse(p, out CapabilityPattern parsed)
                    && parsed.Matches(i) == MatchesNaively(p, i),
                iter: 2000
            );
    }

    [Theory]
    [InlineData(new string[0], false)]
    [InlineData(new[] { "b" }, false)]
    [InlineData(new[] { "b", "a*" }, true)]
    public void AnyMatches_List_IsWhetherOneDoes(string[] patterns, bool matches) =>
        Assert.Equal(matches, CapabilityPattern.AnyMatches(CapabilityPattern.ParseAll(patterns), "ab"));

    /// <summary>A guest that sends to all of these shares its routes with others, so a prefix must not pass for everything.</summary>
    [Theory]
    [InlineData(new string[0], false)]
    [InlineData(new[] { "a" }, false)]
    [InlineData(new[] { "a*", "b" }, false)]
    [InlineData(new[] { "*" }, true)]
    [InlineData(new[] { "b", "a*", "*" }, true)]
    public void AnyMatchesAll_List_IsWhetherOneIsTheStarAlone(string[] patterns, bool matches) =>
        Assert.Equal(matches, CapabilityPattern.AnyMatchesAll(CapabilityPattern.ParseAll(patterns)));

    [Theory]
    [InlineData("a")]
    [InlineData("audit/*")]
    [InlineData("*")]
    public void ToString_Pattern_IsWhatWasParsed(string text) =>
        Assert.Equal(text, CapabilityPattern.Parse(text, "pattern").ToString());

    [Fact]
    public void TryParse_NoPattern_IsNoneOfAnyUse()
    {
        Assert.False(CapabilityPattern.TryParse("A*", out CapabilityPattern parsed));
        Assert.Equal(default, parsed);
    }

    [Theory]
    [InlineData("No Id", "'No Id' in SendsTo is not a pattern: a pattern is an id (1 to 128 characters")]
    [InlineData("", "'' in SendsTo is not a pattern")]
    [InlineData(null, "null in SendsTo is not a pattern")]
    [InlineData("a**", "or a prefix of one followed by '*'.")]
    public void SendsTo_NoPattern_ThrowsWithTheValueAndTheForm(string? pattern, string said)
    {
        ArgumentException e = Assert.Throws<ArgumentException>(
            "SendsTo",
            () => new ComponentOptions { SendsTo = ["right", pattern!] }.Snapshot()
        );
        Assert.Contains(said, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReceivesFrom_NullOrEmpty_IsEverybodyOrNobody()
    {
        Assert.Equal(
            ["*"],
            new MessagingEndpointOptions { ReceivesFrom = null }
                .Snapshot()
                .Senders
        );
        Assert.Empty(
            new MessagingEndpointOptions { ReceivesFrom = [] }
                .Snapshot()
                .Senders
        );
    }

    private static bool MatchesNaively(string pattern, string id)
    {
        for (int i = 0; ; i++)
        {
            if (i < pattern.Length && pattern[i] == '*')
            {
                return true;
            }

            if (i == pattern.Length || i == id.Length)
            {
                return pattern.Length == id.Length && i == id.Length;
            }

            if (pattern[i] != id[i])
            {
                return false;
            }
        }
    }
}
