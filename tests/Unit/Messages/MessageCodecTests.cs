using Xunit;

namespace FireAndForget.Tests.Messages;

/// <summary>Codecs by name and by number.</summary>
public class MessageCodecTests
{
    [Theory]
    [InlineData("raw", 0x55UL)]
    [InlineData("cbor", 0x51UL)]
    [InlineData("protobuf", 0x50UL)]
    [InlineData("json", 0x0200UL)]
    [InlineData("messagepack", 0x0201UL)]
    [InlineData("borsh", 0x0701UL)]
    [InlineData("bincode", 0x0702UL)]
    public void TryParse_KnownName_IsItsCode(string name, ulong code)
    {
        Assert.True(MessageCodec.TryParse(name, out MessageCodec codec));
        Assert.Equal(code, codec.Code);
        Assert.Equal(name, codec.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("CBOR")]
    [InlineData("-1")]
    [InlineData(" 81")]
    [InlineData("+81")]
    [InlineData("0x51")]
    [InlineData("9223372036854775808")]
    public void TryParse_OtherText_IsNone(string? text) => Assert.False(MessageCodec.TryParse(text, out _));

    [Theory]
    [InlineData("513", 513UL, "messagepack")]
    [InlineData("4660", 4660UL, "4660")]
    [InlineData("0", 0UL, "0")]
    [InlineData("9223372036854775807", (1UL << 63) - 1, "9223372036854775807")]
    public void TryParse_Number_IsThatCode(string text, ulong code, string name)
    {
        Assert.True(MessageCodec.TryParse(text, out MessageCodec codec));
        Assert.Equal(code, codec.Code);
        Assert.Equal(name, codec);
    }

    [Fact]
    public void Properties_NamedCodecs_AreThoseOfTheirNames() =>
        Assert.Equal(
            ["raw", "cbor", "protobuf", "json", "messagepack", "borsh", "bincode"],
            new[]
            {
                MessageCodec.Raw,
                MessageCodec.Cbor,
                MessageCodec.Protobuf,
                MessageCodec.Json,
                MessageCodec.MessagePack,
                MessageCodec.Borsh,
                MessageCodec.Bincode,
            }.Select(c => c.ToString())
        );

    [Fact]
    public void ToString_UnknownCode_IsANumber() => Assert.Equal("4660", new MessageCodec(0x1234).ToString());

    [Fact]
    public void TryReadPrefix_WhatWritePrefixWrote_IsTheCodec()
    {
        byte[] message = new byte[MessageCodec.MessagePack.PrefixLength + 1];
        Assert.Equal(2, MessageCodec.MessagePack.WritePrefix(message));

        Assert.True(MessageCodec.TryReadPrefix(message, out MessageCodec codec, out int length));
        Assert.Equal((MessageCodec.MessagePack, 2), (codec, length));
        Assert.False(MessageCodec.TryReadPrefix([], out _, out _));
    }

    [Fact]
    public void New_LargestCode_FitsAndOneMoreDoesNot()
    {
        Assert.Equal(9, new MessageCodec((1UL << 63) - 1).PrefixLength);
        ArgumentOutOfRangeException e = Assert.Throws<ArgumentOutOfRangeException>(
            "code",
            () => new MessageCodec(1UL << 63)
        );
        Assert.Contains("0 to 9223372036854775807", e.Message, StringComparison.Ordinal);
        Assert.Equal(1UL << 63, e.ActualValue);
    }

    [Theory]
    [InlineData("D100")]
    [InlineData("D1")]
    public void TryReadPrefix_Malformed_IsNoCodec(string hex)
    {
        Assert.False(MessageCodec.TryReadPrefix(Convert.FromHexString(hex), out MessageCodec codec, out _));
        Assert.Equal(default, codec);
    }
}
