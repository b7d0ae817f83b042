using System.Buffers.Binary;
using FireAndForget.Messages;

namespace FireAndForget.Orleans.Links;

/// <summary>
/// Checks a frame that came from another silo before anything of it is taken: whatever that silo wrote, names and runs lie one behind the
/// other, each as long as it says. What reads the frame afterwards need not look at lengths again, and a frame that is refused has
/// changed nothing.
/// </summary>
internal static class FrameCheck
{
    /// <summary>Checks the names and the runs of a frame.</summary>
    /// <exception cref="InvalidDataException">They are damaged; the message says where.</exception>
    public static void Check(ReadOnlySpan<byte> names, ReadOnlySpan<byte> runs)
    {
        CheckNames(names);
        CheckRuns(runs);
    }

    private static void CheckNames(ReadOnlySpan<byte> names)
    {
        int at = 0;
        while (at < names.Length)
        {
            ReadOnlySpan<byte> rest = names[at..];
            if (rest.Length < Frame.NameBytes || rest.Length - Frame.NameBytes < rest[5])
            {
                throw Damaged($"the name at byte {at} of the names is cut off");
            }

            if (rest[4] > (byte)NameKind.Topic)
            {
                throw Damaged(
                    $"the name at byte {at} of the names is of the kind {rest[4]}, which this silo does not know"
                );
            }

            ReadOnlySpan<byte> name = rest.Slice(Frame.NameBytes, rest[5]);
            if (!MessageId.IsValid(name))
            {
                throw Damaged($"the name at byte {at} of the names has not the form of an id");
            }

            at += Frame.NameBytes + name.Length;
        }
    }

    private static void CheckRuns(ReadOnlySpan<byte> runs)
    {
        int at = 0;
        while (at < runs.Length)
        {
            ReadOnlySpan<byte> rest = runs[at..];
            if (rest.Length < Frame.RunBytes)
            {
                throw Damaged($"the run at byte {at} of the runs is cut off");
            }

            uint count = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            long first = BinaryPrimitives.ReadInt64LittleEndian(rest[8..]);
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(rest[16..]);
            rest = rest[Frame.RunBytes..];
            if (length > rest.Length)
            {
                throw Damaged(
                    $"the run at byte {at} of the runs has {length} bytes of entries, and {rest.Length} are left"
                );
            }

            if (count is 0 or > int.MaxValue || first < 1 || first > long.MaxValue - count)
            {
                throw Damaged($"the run at byte {at} of the runs has {count} messages from the number {first} on");
            }

            int end = CheckEntries(rest[..(int)length], count);
            if (end != length)
            {
                throw Damaged(
                    $"the {count} messages of the run at byte {at} of the runs do not fill its {length} bytes"
                );
            }

            at += Frame.RunBytes + end;
        }
    }

    /// <returns>Where the entries end; -1: they are cut off.</returns>
    private static int CheckEntries(ReadOnlySpan<byte> entries, uint count)
    {
        // Sums of lengths that lie do not fit into an int.
        long at = 0;
        for (uint i = 0; i < count; i++)
        {
            if (entries.Length - at < Frame.EntryBytes)
            {
                return -1;
            }

            ReadOnlySpan<byte> entry = entries[(int)at..];
            at += Frame.EntryBytes + Padded(BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]));
            if ((BinaryPrimitives.ReadUInt32LittleEndian(entry) & Frame.ExtrasFlag) != 0)
            {
                if (entry.Length < Frame.EntryBytes + Frame.ExtrasBytes)
                {
                    return -1;
                }

                at += Frame.ExtrasBytes + Padded(BinaryPrimitives.ReadUInt16LittleEndian(entry[Frame.EntryBytes..]));
            }

            if (at > entries.Length)
            {
                return -1;
            }
        }

        return (int)at;
    }

    private static long Padded(uint length) => (length + 7L) & ~7L;

    private static InvalidDataException Damaged(string problem) => new($"A frame is damaged: {problem}.");
}
