using System.Numerics;
using CsCheck;
using FireAndForget.Guests.Decoding;
using Xunit;

namespace FireAndForget.Tests.Guests;

public class WasmReaderTests
{
    // The model: LEB128 through arbitrary precision, with as many bytes as asked for.
    private static byte[] Write(BigInteger value, int length) =>
        [
            .. Enumerable
                .Range(0, length)
                .Select(i => (byte)((int)((value >> (7 * i)) & 0x7F) | (i + 1 < length ? 0x80 : 0))),
        ];

    private static WasmReader Reader(byte[] bytes) => new(bytes, 0, bytes.Length, new DecodingBudget(bytes.Length));

    private static string Damaged(Action read)
    {
        string message = Assert.Throws<ComponentLoadException>(read).Message;
        Assert.Contains("damaged at byte 0", message);
        return message;
    }

    [Fact]
    public void ReadU32_AnyNumberInFiveBytes_IsRead() =>
        Gen.UInt.Sample(value =>
        {
            WasmReader reader = Reader(Write(value, 5));
            return reader.ReadU32() == value && reader.AtEnd;
        });

    [Fact]
    public void ReadU64_AnyNumberInTenBytes_IsRead() =>
        Gen.ULong.Sample(value =>
        {
            WasmReader reader = Reader(Write(value, 10));
            return reader.ReadU64() == value && reader.AtEnd;
        });

    [Fact]
    public void ReadIndex33_AnyIndexInFiveBytes_IsRead() =>
        Gen.UInt.Sample(value =>
        {
            WasmReader reader = Reader(Write(value, 5));
            return reader.ReadIndex33() == value && reader.AtEnd;
        });

    [Theory]
    [InlineData("7f")]
    [InlineData("40")]
    [InlineData("ffffffff7f")]
    public void ReadIndex33_NegativeNumber_IsNoIndex(string bytes) =>
        Assert.Throws<ComponentLoadException>(() => Reader(Convert.FromHexString(bytes)).ReadIndex33());

    [Theory]
    [InlineData("ffffffff1f")]
    [InlineData("808080808000")]
    [InlineData("ffffffff8f00")]
    public void ReadU32_MoreThan32Bits_IsDamaged(string bytes) =>
        Assert.Contains("32 bits", Damaged(() => Reader(Convert.FromHexString(bytes)).ReadU32()));

    [Theory]
    [InlineData("ffffffffffffffffff02")]
    [InlineData("8080808080808080808000")]
    public void ReadU64_MoreThan64Bits_IsDamaged(string bytes) =>
        Assert.Contains("64 bits", Damaged(() => Reader(Convert.FromHexString(bytes)).ReadU64()));

    [Theory]
    [InlineData(32, "ffffffff0f")]
    [InlineData(32, "8080808070")]
    [InlineData(32, "808080808000")]
    [InlineData(33, "ffffffff1f")]
    [InlineData(64, "ffffffffffffffffff01")]
    public void SkipSigned_MoreBitsThanItHas_IsDamaged(int bits, string bytes) =>
        Assert.Contains($"{bits} bits", Damaged(() => Reader(Convert.FromHexString(bytes)).SkipSigned(bits)));

    [Theory]
    [InlineData(32, "8080808078")]
    [InlineData(32, "ffffffff07")]
    [InlineData(33, "8080808070")]
    [InlineData(64, "8080808080808080807f")]
    public void SkipSigned_ExtremeNumber_IsReadPast(int bits, string bytes)
    {
        WasmReader reader = Reader(Convert.FromHexString(bytes));
        reader.SkipSigned(bits);

        Assert.True(reader.AtEnd);
    }

    [Fact]
    public void ReadByte_AtTheEndOfAPart_DoesNotReadOn()
    {
        WasmReader part = Reader([1, 7, 9]).ReadPart("a part");

        Assert.Equal(7, part.ReadByte());
        Assert.True(part.AtEnd);
        Assert.Throws<ComponentLoadException>(() =>
        {
            WasmReader again = Reader([1, 7, 9]).ReadPart("a part");
            again.ReadByte();
            again.ReadByte();
        });
    }
}
