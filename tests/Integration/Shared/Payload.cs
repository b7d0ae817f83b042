using Xunit;

namespace FireAndForget.Tests;

/// <summary>Messages whose content gives away where a byte got lost or changed places.</summary>
internal static class Payload
{
    /// <summary>What makes <c>handle-message-component</c> send a message back.</summary>
    public const byte EchoCommand = 0xEC;

    /// <summary>The echo command, where there is room for it, and behind it bytes that do not repeat in any short distance.</summary>
    public static byte[] Echo(int length, int seed = 1)
    {
        byte[] bytes = Bytes(length, seed);
        if (length > 0)
        {
            bytes[0] = EchoCommand;
        }

        return bytes;
    }

    public static byte[] Bytes(int length, int seed = 1)
    {
        byte[] bytes = new byte[length];
        uint state = (uint)seed * 2654435761u + 1;
        for (int i = 0; i < length; i++)
        {
            state = (state * 1664525) + 1013904223;
            bytes[i] = (byte)(state >> 24);
        }

        return bytes;
    }

    /// <summary>An echo command with a number behind it.</summary>
    public static byte[] Numbered(int number)
    {
        byte[] bytes = new byte[5];
        bytes[0] = EchoCommand;
        BitConverter.TryWriteBytes(bytes.AsSpan(1), number);
        return bytes;
    }

    public static int NumberOf(byte[] bytes) => BitConverter.ToInt32(bytes, 1);

    /// <summary>That these messages arrived, in this order, byte by byte.</summary>
    public static void AssertSame(IReadOnlyList<byte[]> expected, Inbox inbox)
    {
        IReadOnlyList<Received> received = inbox.Received;
        Assert.Equal(expected.Count, received.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            int same = expected[i].AsSpan().CommonPrefixLength(received[i].Bytes);
            Assert.True(
                same == expected[i].Length && same == received[i].Bytes.Length,
                $"Message {i} of {expected[i].Length} bytes arrived with {received[i].Bytes.Length}, the first {same} the same."
            );
        }
    }
}
