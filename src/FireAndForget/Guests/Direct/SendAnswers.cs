using System.Buffers.Binary;
using FireAndForget.Guests.Calls;

namespace FireAndForget.Guests.Direct;

/// <summary>
/// What publish, request and send-later answer beside the status: a number, the u32 of how many accepted or the u64 of a request. It
/// is written into the room that the guest gave, which is checked after the send: that stands even where the room is missing.
/// </summary>
internal static class SendAnswers
{
    /// <summary>
    /// Answers a core module, with the status as the result, and where it was accepted with the number in the room; or a component, with
    /// a <c>result&lt;u32, send-error&gt;</c> or <c>result&lt;u64, send-error&gt;</c> in the room.
    /// </summary>
    /// <param name="isCore">Whether it is a core module.</param>
    /// <param name="memory">The guest's memory.</param>
    /// <param name="room">Where the answer goes.</param>
    /// <param name="bytes">How many bytes the number has, 4 or 8.</param>
    /// <param name="number">The number.</param>
    /// <param name="status">The status.</param>
    /// <param name="function">The function that answers, for the text of a trap.</param>
    /// <returns>The result for a core module; a component's function has none.</returns>
    public static int Give(
        bool isCore,
        GuestMemory memory,
        int room,
        int bytes,
        ulong number,
        SendStatus status,
        string function
    )
    {
        if (isCore && status != SendStatus.Accepted)
        {
            return (int)status;
        }

        const string What = "the room for the answer";
        GuestMemory.CheckAlignment(room, bytes, What, function);
        Span<byte> answer = memory.Slice(room, isCore ? bytes : 2 * bytes, What, function);
        Span<byte> payload = isCore ? answer : answer[bytes..];
        if (!isCore)
        {
            answer[0] = (byte)(status == SendStatus.Accepted ? 0 : 1);
        }

        if (status != SendStatus.Accepted)
        {
            payload[0] = (byte)(status - 1);
        }
        else if (bytes == sizeof(uint))
        {
            BinaryPrimitives.WriteUInt32LittleEndian(payload, (uint)number);
        }
        else
        {
            BinaryPrimitives.WriteUInt64LittleEndian(payload, number);
        }

        return 0;
    }
}
