using System.Buffers.Binary;
using FireAndForget.Guests.Calls;

namespace FireAndForget.Guests.Direct;

/// <summary>
/// What publish, request and send-later answer beside the status: a number, the u32 of how many accepted or the u64 of a request. It
/// is written into the room that the guest gave, which is checked after the send: that stands even where the room is missing.
/// </summary>
internal static class SendAnswers
{
    /// <summary>Answers a core module: with the status, and where it was accepted with the number in the room.</summary>
    /// <param name="memory">The guest's memory.</param>
    /// <param name="room">Where the number goes.</param>
    /// <param name="bytes">How many bytes the number has, 4 or 8.</param>
    /// <param name="number">The number.</param>
    /// <param name="status">The status.</param>
    /// <param name="function">The function that answers, for the text of a trap.</param>
    public static int ToCore(GuestMemory memory, int room, int bytes, ulong number, SendStatus status, string function)
    {
        if (status == SendStatus.Accepted)
        {
            Write(Room(memory, room, bytes, bytes, function), number);
        }

        return (int)status;
    }

    /// <summary>Answers a component, with a <c>result&lt;u32, send-error&gt;</c> or <c>result&lt;u64, send-error&gt;</c>.</summary>
    /// <inheritdoc cref="ToCore"/>
    public static void ToComponent(
        GuestMemory memory,
        int room,
        int bytes,
        ulong number,
        SendStatus status,
        string function
    )
    {
        Span<byte> result = Room(memory, room, 2 * bytes, bytes, function);
        Span<byte> payload = result[bytes..];
        if (status == SendStatus.Accepted)
        {
            result[0] = 0;
            Write(payload, number);
        }
        else
        {
            result[0] = 1;
            payload[0] = (byte)(status - 1);
        }
    }

    private static Span<byte> Room(GuestMemory memory, int pointer, int bytes, int alignment, string function)
    {
        const string What = "the room for the answer";
        GuestMemory.CheckAlignment(pointer, alignment, What, function);
        return memory.Slice(pointer, bytes, What, function);
    }

    private static void Write(Span<byte> destination, ulong number)
    {
        if (destination.Length == sizeof(uint))
        {
            BinaryPrimitives.WriteUInt32LittleEndian(destination, (uint)number);
        }
        else
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination, number);
        }
    }
}
