using System.Text;
using CsCheck;
using Xunit;

namespace FireAndForget.Tests.Messages;

/// <summary>The form of ids; both overloads against a twin that looks at one character after the other.</summary>
public class MessageIdTests
{
    private static readonly Gen<string> AlmostIds = Gen.OneOf(
            Gen.Char["az09-_./"],
            Gen.Char['a', 'z'],
            Gen.Char["AZ\0 *é\u212A\uD800~"]
        )
        .Array[0, 132]
        .Select(chars => new string(chars));

    [Fact]
    public void IsValid_AnyText_AgreesWithThePlainTwin() =>
        AlmostIds.Sample(id => MessageId.IsValid(id.AsSpan()) == IsValidPlainly(id), iter: 20_000);

    [Fact]
    public void IsValid_AnyText_BytesAgreeWithCharacters() =>
        AlmostIds.Sample(
            id => MessageId.IsValid(Encoding.UTF8.GetBytes(id)) == MessageId.IsValid(id.AsSpan()),
            iter: 20_000
        );

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
    [InlineData("é", "'\\u00e9'")]
    public void Quote_Value_IsPlainAscii(string value, string quoted) => Assert.Equal(quoted, MessageId.Quote(value));

    [Fact]
    public void Quote_LongValue_IsCut() =>
        Assert.Equal($"'{new string('a', 64)}...' (100 characters)", MessageId.Quote(new string('a', 100)));

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
