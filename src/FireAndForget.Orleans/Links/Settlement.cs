using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace FireAndForget.Orleans.Links;

/// <summary>A message with another outcome than handled, or with an answer.</summary>
/// <param name="Number">Its number in the outbox of its sender's silo.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="Reason">Why; empty where it was handled.</param>
/// <param name="Answer">The answer to a request; null where there is none.</param>
internal readonly record struct Ended(long Number, Outcome Outcome, string Reason, byte[]? Answer = null);

/// <summary>What a silo reports to another one of the messages to one target that came from there.</summary>
/// <param name="Key">The key of the target's outbox.</param>
/// <param name="Through">Every message up to this number has its outcome.</param>
/// <param name="Ended">Those of them that were not simply handled, in order.</param>
internal readonly record struct TargetSettlement(uint Key, long Through, IReadOnlyList<Ended> Ended);

/// <summary>
/// Settlements as bytes, little-endian: <c>u64 number of the settlement, u32 targets</c>, and for each <c>u32 key, u32 ended, u64
/// through</c>, and for each that ended so <c>u64 number, u8 outcome, u8 whether there is an answer, u16 length of the reason</c>, the
/// reason in UTF-8, <c>u32 length of the answer</c> and the answer.
/// </summary>
internal static class Settlement
{
    private const int MostReasonBytes = 4096;
    private const int HeadBytes = sizeof(ulong) + sizeof(uint);
    private const int TargetBytes = 16;
    private const int HeadOfEndedBytes = 12;

    public static byte[] Write(ulong number, IReadOnlyList<TargetSettlement> targets)
    {
        ArrayBufferWriter<byte> writer = new(64 * Math.Max(1, targets.Count));
        WriteUInt64(writer, number);
        WriteUInt32(writer, (uint)targets.Count);
        foreach (TargetSettlement target in targets)
        {
            WriteUInt32(writer, target.Key);
            WriteUInt32(writer, (uint)target.Ended.Count);
            WriteUInt64(writer, (ulong)target.Through);
            foreach (Ended ended in target.Ended)
            {
                WriteUInt64(writer, (ulong)ended.Number);
                byte[] reason = Encoding.UTF8.GetBytes(
                    ended.Reason.Length <= MostReasonBytes / 3 ? ended.Reason : ended.Reason[..(MostReasonBytes / 3)]
                );
                Span<byte> head = writer.GetSpan(4);
                head[0] = (byte)ended.Outcome;
                head[1] = (byte)(ended.Answer is null ? 0 : 1);
                BinaryPrimitives.WriteUInt16LittleEndian(head[2..], (ushort)reason.Length);
                writer.Advance(4);
                writer.Write(reason);
                if (ended.Answer is { } answer)
                {
                    WriteUInt32(writer, (uint)answer.Length);
                    writer.Write(answer);
                }
            }
        }

        return writer.WrittenSpan.ToArray();
    }

    /// <summary>About how many bytes a message takes in a settlement.</summary>
    public static int LengthOf(Ended ended) =>
        HeadOfEndedBytes
        + Math.Min(ended.Reason.Length, MostReasonBytes)
        + (ended.Answer is { } answer ? sizeof(uint) + answer.Length : 0);

    /// <summary>The number of a settlement.</summary>
    /// <exception cref="InvalidDataException">It is too short for one.</exception>
    public static ulong NumberOf(ReadOnlySpan<byte> settlement) =>
        settlement.Length >= HeadBytes
            ? BinaryPrimitives.ReadUInt64LittleEndian(settlement)
            : throw Damaged($"it has {settlement.Length} bytes, and its head alone has {HeadBytes}");

    /// <summary>Reads a settlement of another silo, whatever that wrote.</summary>
    /// <exception cref="InvalidDataException">It is damaged, and nothing of it holds.</exception>
    public static IReadOnlyList<TargetSettlement> Read(ReadOnlySpan<byte> settlement)
    {
        ReadOnlySpan<byte> rest = settlement;
        Take(ref rest, sizeof(ulong));
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(Take(ref rest, sizeof(uint)));
        CheckCount(count, TargetBytes, rest.Length);
        TargetSettlement[] targets = new TargetSettlement[count];
        for (int i = 0; i < targets.Length; i++)
        {
            targets[i] = ReadTarget(ref rest);
        }

        return rest.IsEmpty ? targets : throw Damaged($"{rest.Length} bytes are left behind its last target");
    }

    private static TargetSettlement ReadTarget(ref ReadOnlySpan<byte> rest)
    {
        ReadOnlySpan<byte> head = Take(ref rest, TargetBytes);
        uint key = BinaryPrimitives.ReadUInt32LittleEndian(head);
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        long through = BinaryPrimitives.ReadInt64LittleEndian(head[8..]);
        CheckCount(count, HeadOfEndedBytes, rest.Length);
        Ended[] ended = count == 0 ? [] : new Ended[count];
        long last = 0;
        for (int i = 0; i < ended.Length; i++)
        {
            ended[i] = ReadEnded(ref rest);
            if (ended[i].Number <= last || ended[i].Number > through)
            {
                throw Damaged($"message {ended[i].Number} of target {key} stands behind {last}, up to {through}");
            }

            last = ended[i].Number;
        }

        return through >= 0 ? new(key, through, ended) : throw Damaged($"target {key} is settled up to {through}");
    }

    private static Ended ReadEnded(ref ReadOnlySpan<byte> rest)
    {
        ReadOnlySpan<byte> head = Take(ref rest, HeadOfEndedBytes);
        long number = BinaryPrimitives.ReadInt64LittleEndian(head);
        var outcome = (Outcome)head[8];
        if (outcome > Outcome.Lost)
        {
            throw Damaged($"message {number} has the outcome {head[8]}, which this silo does not know");
        }

        bool hasAnswer = head[9] != 0;
        string reason = Encoding.UTF8.GetString(Take(ref rest, BinaryPrimitives.ReadUInt16LittleEndian(head[10..])));
        byte[]? answer = hasAnswer
            ? Take(ref rest, BinaryPrimitives.ReadUInt32LittleEndian(Take(ref rest, sizeof(uint)))).ToArray()
            : null;
        return new(number, outcome, reason, answer);
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest, uint length)
    {
        if (length > rest.Length)
        {
            throw Damaged($"{length} bytes are to come, and {rest.Length} are left");
        }

        ReadOnlySpan<byte> taken = rest[..(int)length];
        rest = rest[(int)length..];
        return taken;
    }

    /// <summary>Refuses a count before memory is taken for what cannot be there.</summary>
    private static void CheckCount(uint count, uint bytesOfEach, int left)
    {
        if (count > left / bytesOfEach)
        {
            throw Damaged($"{count} parts of {bytesOfEach} bytes or more are to come, and {left} bytes are left");
        }
    }

    private static InvalidDataException Damaged(string problem) => new($"A settlement is damaged: {problem}.");

    private static void WriteUInt32(ArrayBufferWriter<byte> writer, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(writer.GetSpan(sizeof(uint)), value);
        writer.Advance(sizeof(uint));
    }

    private static void WriteUInt64(ArrayBufferWriter<byte> writer, ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(writer.GetSpan(sizeof(ulong)), value);
        writer.Advance(sizeof(ulong));
    }
}
