using System.Numerics;
using CsCheck;
using FireAndForget.Messages;
using Xunit;

namespace FireAndForget.Tests.Properties;

/// <summary>Varints against a reader that does arithmetic and nothing else.</summary>
public class VarintProperties
{
    // Bytes of varints: most of them with another one behind.
    private static readonly Gen<byte[]> AnyBytes = Gen.Frequency(
        (6, Gen.Byte[0x80, 0xFF]),
        (2, Gen.Byte[0, 0x7F]),
        (1, Gen.OneOf<byte>(0, 0x7F, 0x80, 0xFF))
    ).Array[0, 12];

    private static readonly Gen<ulong> AnyNumber = Gen.Select(
        Gen.ULong[0, Varint.MaxValue],
        Gen.Int[0, 62],
        (value, shift) => value >> shift
    );

    [Fact]
    public void TryRead_AnyBytes_IsAsInTheModel() =>
        AnyBytes.Sample(
            bytes =>
            {
                BigInteger? expected = SendModel.Codec(bytes);
                bool isRead = Varint.TryRead(bytes, out ulong value, out int length);
                Assert.Equal(expected is not null, isRead);
                if (isRead)
                {
                    Assert.Equal(expected, value);
                    Assert.Equal(Array.FindIndex(bytes, b => b < 0x80) + 1, length);
                }

                Assert.Equal(isRead, MessageCodec.TryReadPrefix(bytes, out MessageCodec codec, out int prefix));
                Assert.Equal((isRead ? value : 0, length), (codec.Code, prefix));
            },
            iter: PropertyRuns.Of(20_000)
        );

    [Fact]
    public void TryRead_WhatWasWritten_IsTheNumberWhateverStandsBehind() =>
        Gen.Select(AnyNumber, Gen.Byte.Array[0, 3])
            .Sample(
                (number, behind) =>
                {
                    byte[] bytes = [.. Written(number), .. behind];
                    Assert.True(Varint.TryRead(bytes, out ulong read, out int length));
                    Assert.Equal((number, bytes.Length - behind.Length), (read, length));
                },
                iter: PropertyRuns.Of(10_000)
            );

    /// <summary>Cut off anywhere, made longer by zeros that add nothing, or longer than 9 bytes.</summary>
    [Fact]
    public void TryRead_AnyNumberMadeMalformed_IsRefused() =>
        AnyNumber.Sample(
            number =>
            {
                byte[] right = Written(number);
                for (int length = 0; length < right.Length; length++)
                {
                    Assert.False(Varint.TryRead(right.AsSpan(0, length), out _, out _));
                }

                byte[] open = [.. right[..^1], (byte)(right[^1] | 0x80)];
                for (int more = 0; more < 3; more++)
                {
                    Assert.False(Varint.TryRead([.. open, .. Enumerable.Repeat((byte)0x80, more), 0], out _, out _));
                }

                byte[] nine = [.. open, .. Enumerable.Repeat((byte)0x80, Varint.MaxLength - open.Length)];
                Assert.False(Varint.TryRead([.. nine, 1], out _, out _));
            },
            iter: PropertyRuns.Of(5000)
        );

    private static byte[] Written(ulong number)
    {
        byte[] bytes = new byte[Varint.MaxLength];
        return bytes[..Varint.Write(number, bytes)];
    }
}
