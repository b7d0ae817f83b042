using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FireAndForget.Messages;
using Xunit;

namespace FireAndForget.Tests.Mailboxes;

/// <summary>The slot's layout, which the courier's text relies on.</summary>
public class MessageSlotTests
{
    [Fact]
    public void Slot_InMemory_IsFourWords()
    {
        MessageSlot slot = new()
        {
            Sequence = 1,
            Length = 2,
            Sender = 3,
            End = 4,
        };

        Assert.Equal(16, Unsafe.SizeOf<MessageSlot>());
        Assert.Equal(
            [1u, 2, 3, 4],
            MemoryMarshal.Cast<MessageSlot, uint>(new ReadOnlySpan<MessageSlot>(in slot)).ToArray()
        );
    }
}
