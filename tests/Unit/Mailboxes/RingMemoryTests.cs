using FireAndForget.Buffers;
using FireAndForget.Messages;
using Xunit;

namespace FireAndForget.Tests.Mailboxes;

public sealed unsafe class RingMemoryTests
{
    [Theory]
    [InlineData(RingMemory.Slots, RingMemory.Bytes)]
    [InlineData(2 * RingMemory.Slots, RingMemory.Bytes)]
    [InlineData(RingMemory.Slots, 2 * RingMemory.Bytes)]
    [InlineData(RingMemory.Slots, 16 * RingMemory.Bytes)]
    public void TryRent_AnySize_GivesUnpublishedSlotsAndBytesThatAreWritable(uint slots, uint bytes)
    {
        Assert.True(RingMemory.TryRent(slots, bytes, out RingMemory memory));

        Assert.True(IsUnpublished(memory, slots));
        new Span<byte>(memory.BytesStart, (int)bytes).Fill(0xFF);
        Assert.True(IsUnpublished(memory, slots));
        memory.Return(0);
    }

    /// <summary>Many at once, so that the memory which is given back is used again.</summary>
    [Theory]
    [InlineData(RingMemory.Bytes)]
    [InlineData(2 * RingMemory.Bytes)]
    [InlineData(16 * RingMemory.Bytes)]
    public void TryRent_AfterOthersWereReturned_GivesUnpublishedSlotsAgain(uint bytes)
    {
        for (int round = 0; round < 3; round++)
        {
            RingMemory[] rented = new RingMemory[20];
            foreach (ref RingMemory memory in rented.AsSpan())
            {
                Assert.True(RingMemory.TryRent(RingMemory.Slots, bytes, out memory));
                Assert.True(IsUnpublished(memory, RingMemory.Slots));
                new Span<MessageSlot>(memory.SlotsStart, 100).Fill(new() { Sequence = uint.MaxValue });
            }

            Assert.Equal(rented.Length, rented.Select(memory => (nint)memory.SlotsStart).Distinct().Count());
            foreach (RingMemory memory in rented)
            {
                memory.Return(usedSlots: 100);
            }
        }
    }

    private static bool IsUnpublished(RingMemory memory, uint slots) =>
        new ReadOnlySpan<MessageSlot>(memory.SlotsStart, (int)slots).ToArray().All(slot => slot.Sequence == 0);
}
