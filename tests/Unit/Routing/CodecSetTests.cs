using FireAndForget.Routing;
using Xunit;

namespace FireAndForget.Tests.Routing;

/// <summary>The codecs that a receiver declares.</summary>
public class CodecSetTests
{
    private static readonly CodecSet Codecs = new([MessageCodec.Cbor, MessageCodec.MessagePack, new((1UL << 63) - 1)]);

    [Theory]
    [InlineData("51", SendStatus.Accepted)]
    [InlineData("51FFFF", SendStatus.Accepted)]
    [InlineData("8104", SendStatus.Accepted)]
    [InlineData("FFFFFFFFFFFFFFFF7F00", SendStatus.Accepted)]
    [InlineData("55", SendStatus.UnsupportedCodec)]
    [InlineData("00", SendStatus.UnsupportedCodec)]
    [InlineData("8004", SendStatus.UnsupportedCodec)]
    [InlineData("", SendStatus.InvalidMessage)]
    [InlineData("81", SendStatus.InvalidMessage)]
    [InlineData("D100", SendStatus.InvalidMessage)]
    [InlineData("FFFFFFFFFFFFFFFFFF01", SendStatus.InvalidMessage)]
    public void Check_Message_IsJudgedByItsPrefix(string hex, SendStatus expected) =>
        Assert.Equal(expected, Codecs.Check(Convert.FromHexString(hex)));

    [Fact]
    public void Names_OfAll_AreForAPerson() => Assert.Equal("cbor, messagepack, 9223372036854775807", Codecs.Names);

    [Fact]
    public void Names_OfNone_SaysThatNoMessageIsAccepted() =>
        Assert.Equal("(none: its list is empty)", new CodecSet([]).Names);
}
