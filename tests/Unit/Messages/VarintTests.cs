using FireAndForget.Messages;
using Xunit;

namespace FireAndForget.Tests.Messages;

/// <summary>Unsigned varints of multiformats.</summary>
public class VarintTests
{
    [Theory]
    [InlineData(0UL, "00")]
    [InlineData(1UL, "01")]
    [InlineData(0x7FUL, "7F")]
    [InlineData(0x80UL, "8001")]
    [InlineData(0xFFUL, "FF01")]
    [InlineData(300UL, "AC02")]
    [InlineData(0x0201UL, "8104")]
    [InlineData(16383UL, "FF7F")]
    [InlineData(16384UL, "808001")]
    [InlineData((1UL << 63) - 1, "FFFFFFFFFFFFFFFF7F")]
    public void Write_Number_IsAsSpecified(ulong value, string hex)
    {
        byte[] bytes = new byte[Varint.MaxLength];

        int length = Varint.Write(value, bytes);

        Assert.Equal(hex, Convert.ToHexString(bytes, 0, length));
        Assert.Equal(length, Varint.Length(value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("FFFF")]
    [InlineData("8080808080808080")]
    // Not minimal.
    [InlineData("8000")]
    [InlineData("FF00")]
    [InlineData("808000")]
    [InlineData("808080808080808000")]
    // More than 9 bytes.
    [InlineData("808080808080808080")]
    [InlineData("FFFFFFFFFFFFFFFFFF")]
    [InlineData("80808080808080808001")]
    [InlineData("FFFFFFFFFFFFFFFFFF01")]
    public void TryRead_Malformed_IsRefused(string hex) =>
        Assert.False(Varint.TryRead(Convert.FromHexString(hex), out _, out _));

    [Fact]
    public void TryRead_BytesBehind_AreLeft()
    {
        Assert.True(Varint.TryRead([0x81, 0x04, 0xFF], out ulong value, out int length));
        Assert.Equal((0x0201UL, 2), (value, length));
    }

    [Fact]
    public void Write_DestinationTooShort_Throws()
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => Varint.Write(300, new byte[1]));
        Assert.Contains("takes 2 bytes and the destination has 1", e.Message, StringComparison.Ordinal);
    }
}
