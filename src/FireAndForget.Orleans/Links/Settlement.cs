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

    /// <summary>The number of a settlement.</summary>
    public static ulong NumberOf(ReadOnlySpan<byte> settlement) => BinaryPrimitives.ReadUInt64LittleEndian(settlement);

    public static IEnumerable<TargetSettlement> Read(byte[] settlement)
    {
        int at = sizeof(ulong);
        uint targets = ReadUInt32(settlement, ref at);
        for (uint i = 0; i < targets; i++)
        {
            uint key = ReadUInt32(settlement, ref at);
            uint count = ReadUInt32(settlement, ref at);
            long through = (long)ReadUInt64(settlement, ref at);
            Ended[] ended = count == 0 ? [] : new Ended[count];
            for (uint j = 0; j < count; j++)
            {
                ended[j] = ReadEnded(settlement, ref at);
            }

            yield return new(key, through, ended);
        }
    }

    private static Ended ReadEnded(byte[] settlement, ref int at)
    {
        long number = (long)ReadUInt64(settlement, ref at);
        var outcome = (Outcome)settlement[at];
        bool hasAnswer = settlement[at + 1] != 0;
        int length = BinaryPrimitives.ReadUInt16LittleEndian(settlement.AsSpan(at + 2));
        string reason = Encoding.UTF8.GetString(settlement, at + 4, length);
        at += 4 + length;
        byte[]? answer = null;
        if (hasAnswer)
        {
            int answerLength = (int)ReadUInt32(settlement, ref at);
            answer = settlement[at..(at + answerLength)];
            at += answerLength;
        }

        return new(number, outcome, reason, answer);
    }

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

    private static uint ReadUInt32(byte[] bytes, ref int at)
    {
        uint value = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));
        at += sizeof(uint);
        return value;
    }

    private static ulong ReadUInt64(byte[] bytes, ref int at)
    {
        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
        at += sizeof(ulong);
        return value;
    }
}
