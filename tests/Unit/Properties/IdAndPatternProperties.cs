using System.Text;
using CsCheck;
using FireAndForget.Messages;
using Xunit;

namespace FireAndForget.Tests.Properties;

/// <summary>Ids and patterns, read by vectors and by bytes, against readers that look at one character after the other.</summary>
public class IdAndPatternProperties
{
    // Texts that are almost ids: one odd character among many good ones, at lengths around those of vectors and the bound.
    private static readonly Gen<string> AnyText = Gen.Select(
        Gen.OneOf(Gen.Int[0, 40], Gen.Int[120, 135]),
        Gen.Char["ab09-_./"],
        Gen.OneOf(Gen.Char["az09-_./"], Gen.Char["AZ *\0`{:@,~\u00E4\u0430\uFF41\u212A"], Gen.Char),
        Gen.Int[0, 140],
        (length, usual, odd, at) =>
        {
            char[] text = [.. Enumerable.Repeat(usual, length)];
            if (at < length)
            {
                text[at] = odd;
            }

            return new string(text);
        }
    );

    private static readonly Gen<string> AnyShortId = Gen.Char["ab/"].Array[0, 6].Select(tail => "a" + new string(tail));

    [Fact]
    public void IsValid_AnyText_IsAsInTheModelByCharactersAndBytes() =>
        AnyText.Sample(
            text =>
            {
                Assert.Equal(SendModel.IsId(text), MessageId.IsValid(text));
                Assert.Equal(SendModel.IsId(text), MessageId.IsValid(Encoding.UTF8.GetBytes(text)));
            },
            iter: PropertyRuns.Of(20_000)
        );

    [Fact]
    public void TryParse_AnyText_IsAPatternWhereTheModelSaysSo() =>
        Gen.Select(AnyText, Gen.OneOf("", "*", "**"))
            .Sample(
                (text, end) =>
                {
                    string pattern = text + end;
                    bool expected = pattern == "*" || SendModel.IsId(pattern.EndsWith('*') ? pattern[..^1] : pattern);
                    Assert.Equal(expected, CapabilityPattern.TryParse(pattern, out _));
                },
                iter: PropertyRuns.Of(10_000)
            );

    [Fact]
    public void AnyMatches_AnyPatternsAndId_IsAsInTheModel() =>
        Gen.Select(
                Gen.Select(AnyShortId, Gen.Int[0, 8], (id, cut) => cut > id.Length ? id : id[..cut] + "*").Array[0, 4],
                AnyShortId
            )
            .Sample(
                (patterns, id) =>
                    CapabilityPattern.AnyMatches(CapabilityPattern.ParseAll(patterns), id)
                    == SendModel.Matches(patterns, id),
                iter: PropertyRuns.Of(20_000)
            );
}
