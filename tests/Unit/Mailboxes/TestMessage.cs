using System.Buffers.Binary;
using Xunit;

namespace FireAndForget.Tests.Mailboxes;

/// <summary>Messages whose damage shows.</summary>
internal static class TestMessage
{
    public static byte[] Bytes(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>A number, then anything, and a checksum over both at the end. At least 12 bytes.</summary>
    public static byte[] Checked(int length, int number)
    {
        byte[] message = new byte[length];
        message.AsSpan().Fill((byte)(number * 31));
        BinaryPrimitives.WriteInt32LittleEndian(message, number);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(^4), Sum(message));
        return message;
    }

    /// <summary>That this is the sender's next message, whole.</summary>
    public static void AssertNext(ReadOnlySpan<byte> message, uint sender, int[] next)
    {
        int number = BinaryPrimitives.ReadInt32LittleEndian(message);
        if (number != next[sender] || BinaryPrimitives.ReadUInt32LittleEndian(message[^4..]) != Sum(message))
        {
            Assert.Fail(
                $"From {sender} came {number} of {message.Length} bytes, damaged or out of its turn: {next[sender]}."
            );
        }

        next[sender]++;
    }

    private static uint Sum(ReadOnlySpan<byte> message) => Sum(message.Length, message[..^4]);

    private static uint Sum(int length, ReadOnlySpan<byte> bytes)
    {
        // FNV-1a, which sees changed and exchanged bytes.
        uint sum = 2166136261 ^ (uint)length;
        foreach (byte b in bytes)
        {
            sum = (sum ^ b) * 16777619;
        }

        return sum;
    }
}
