using System.Text;
using FireAndForget.Messages;
using Xunit;

namespace FireAndForget.Tests.Messages;

/// <summary>The form of ids, character by character, and what is said of others.</summary>
public class MessageIdTests
{
    [Fact]
    public void IsValid_EachCharacter_AsFirstAndAsSecond()
    {
        for (int c = 0; c <= 0x2FF; c++)
        {
            Assert.Equal(IsValidPlainly($"{(char)c}"), MessageId.IsValid($"{(char)c}"));
            Assert.Equal(IsValidPlainly($"a{(char)c}"), MessageId.IsValid($"a{(char)c}"));
            if (c < 256)
            {
                Assert.Equal(IsValidPlainly($"a{(char)c}"), MessageId.IsValid([(byte)'a', (byte)c]));
                Assert.Equal(IsValidPlainly($"{(char)c}"), MessageId.IsValid([(byte)c]));
            }
        }
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void IsValid_Length_Is1To128(int length, bool isValid)
    {
        string id = new('7', length);
        Assert.Equal(isValid, MessageId.IsValid(id));
        Assert.Equal(isValid, MessageId.IsValid(Encoding.ASCII.GetBytes(id)));
    }

    [Theory]
    [InlineData("plain", "'plain'")]
    [InlineData("tab\there", "'tab\\u0009here'")]
    [InlineData(" ~\u001f\u007f", "' ~\\u001f\\u007f'")]
    [InlineData("é", "'\\u00e9'")]
    public void Quote_Value_IsPlainAscii(string value, string quoted) => Assert.Equal(quoted, MessageId.Quote(value));

    [Fact]
    public void Quote_LongValue_IsCut() =>
        Assert.Equal($"'{new string('a', 64)}...' (100 characters)", MessageId.Quote(new string('a', 100)));

    [Fact]
    public void Quote_AsLongAsIsShown_IsWhole() =>
        Assert.Equal($"'{new string('a', 64)}'", MessageId.Quote(new string('a', 64)));

    [Fact]
    public void Check_Id_IsTheId() => Assert.Equal("audit/log", MessageId.Check("audit/log", "id"));

    [Fact]
    public void Check_NoId_ThrowsWithTheValueAndTheForm()
    {
        ArgumentException e = Assert.Throws<ArgumentException>("id", () => MessageId.Check("No Id", "id"));
        Assert.StartsWith(
            "'No Id' is not an id: an id is 1 to 128 characters of a-z, 0-9, '-', '_', '.', '/', starting with",
            e.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Check_Null_ThrowsAsForNull() =>
        Assert.Throws<ArgumentNullException>("id", () => MessageId.Check(null!, "id"));

    private static bool IsValidPlainly(string id)
    {
        if (id.Length is 0 or > 128)
        {
            return false;
        }

        for (int i = 0; i < id.Length; i++)
        {
            char c = id[i];
            bool isLetterOrDigit = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            bool isOther = c == '-' || c == '_' || c == '.' || c == '/';
            if (!isLetterOrDigit && !(isOther && i > 0))
            {
                return false;
            }
        }

        return true;
    }
}
