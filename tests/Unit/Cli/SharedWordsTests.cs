using System.Text;
using FireAndForget.Cli;
using FireAndForget.Diagnostics;
using FireAndForget.Wording;
using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary>What <c>faf</c> writes in the words and the escapes that the library has too, which it does not see.</summary>
public class SharedWordsTests
{
    [Fact]
    public void Of_EveryOutcomeAndStatus_IsTheWordOfMetrics()
    {
        Assert.All(Enum.GetValues<Outcome>(), o => Assert.Equal(TelemetryNames.Of(o), EventWords.Of(o)));
        Assert.All(Enum.GetValues<SendStatus>(), s => Assert.Equal(TelemetryNames.Of(s), EventWords.Of(s)));
    }

    /// <summary>Both compile one file of source.</summary>
    [Fact]
    public void OneLine_EveryCharacter_IsEscapedAsTheLibraryDoes()
    {
        foreach (int value in Enumerable.Range(0, 0x110000).Where(Rune.IsValid))
        {
            string text = new Rune(value).ToString();
            if (!char.IsWhiteSpace(text, 0))
            {
                Assert.Equal(LogText.Clean(text), ErrorLine.OneLine(text));
            }
        }
    }
}
