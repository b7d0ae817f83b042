using System.Runtime.InteropServices;
using FireAndForget.Buffers;
using Xunit;

namespace FireAndForget.Tests.Mailboxes;

public sealed unsafe class CacheLinesTests
{
    private const byte Untouched = 0xEE;

    public static TheoryData<int, int> LengthsAndOffsets
    {
        get
        {
            TheoryData<int, int> all = [];
            int[] lengths = [0, 1, 7, 63, 64, 65, 127, 128, 2047, 2048, 2049, 4096, 6143, 6144, 6145, 65_536];
            int[] offsets = [0, 8, 56, 64];
            foreach (int length in lengths)
            {
                foreach (int offset in offsets)
                {
                    all.Add(length, offset);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(LengthsAndOffsets))]
    public void Copy_AnyLengthAndOffset_CopiesThatAndNothingElse(int length, int offset) =>
        CheckCopy(length, offset, static (source, destination) => CacheLines.Copy(source, destination));

    [Theory]
    [MemberData(nameof(LengthsAndOffsets))]
    public void CopyPast_AnyLengthAndOffset_CopiesThatAndNothingElse(int length, int offset) =>
        CheckCopy(
            length,
            offset,
            static (source, destination) =>
            {
                fixed (byte* start = destination)
                {
                    CacheLines.CopyPast(source, start);
                }
            }
        );

    private static void CheckCopy(int length, int offset, Copying copy)
    {
        byte[] source = new byte[length];
        new Random(length).NextBytes(source);
        nuint size = (nuint)(offset + length + 64);
        byte* memory = (byte*)NativeMemory.AlignedAlloc(size, 64);
        try
        {
            Span<byte> all = new(memory, (int)size);
            all.Fill(Untouched);

            copy(source, all.Slice(offset, length));

            Assert.True(all.Slice(offset, length).SequenceEqual(source));
            Assert.Equal(-1, all[..offset].IndexOfAnyExcept(Untouched));
            Assert.Equal(-1, all[(offset + length)..].IndexOfAnyExcept(Untouched));
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    private delegate void Copying(ReadOnlySpan<byte> source, Span<byte> destination);
}
