using FireAndForget.Mailboxes;
using FireAndForget.Messages;

namespace FireAndForget.Tests.Mailboxes;

/// <summary>Reads mailboxes in the ways that workers do.</summary>
internal static class MailboxReader
{
    public static List<(uint Sender, byte[] Bytes)> PeekAll(Mailbox mailbox)
    {
        List<(uint, byte[])> messages = [];
        while (mailbox.TryPeek(messages.Count, out uint sender, out ReadOnlySpan<byte> message))
        {
            messages.Add((sender, message.ToArray()));
        }

        return messages;
    }

    public static List<(uint Sender, byte[] Bytes)> Run(Mailbox mailbox, int maxSlots, int maxBytes)
    {
        MessageSlot[] slots = new MessageSlot[maxSlots];
        byte[] bytes = new byte[maxBytes];
        int count = mailbox.CopyRun(slots, bytes, out uint start);
        List<(uint, byte[])> messages = [];
        foreach (MessageSlot slot in slots.AsSpan(0, count))
        {
            uint offset = slot.End - ((slot.Length + 7) & ~7u) - start;
            messages.Add((slot.Sender, bytes.AsSpan((int)offset, (int)slot.Length).ToArray()));
        }

        return messages;
    }

    /// <summary>Reads one by one and releases until nothing is left.</summary>
    public static List<(uint Sender, byte[] Bytes)> TakeAll(Mailbox mailbox)
    {
        List<(uint, byte[])> messages = [];
        while (mailbox.TryPeek(0, out uint sender, out ReadOnlySpan<byte> message))
        {
            messages.Add((sender, message.ToArray()));
            mailbox.Release(1);
        }

        return messages;
    }
}
