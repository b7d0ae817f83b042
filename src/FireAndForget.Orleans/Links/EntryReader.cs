using System.Buffers.Binary;

namespace FireAndForget.Orleans.Links;

/// <summary>Reads the entries of a run, whose lengths <see cref="FrameCheck"/> has looked at.</summary>
internal ref struct EntryReader(ReadOnlySpan<byte> entries)
{
    public ReadOnlySpan<byte> Rest { get; private set; } = entries;

    public uint Sender { get; private set; }

    public MessageExtras Extras { get; private set; }

    /// <summary>The traceparent of the message's send; empty: it has none.</summary>
    public ReadOnlySpan<byte> Trace { get; private set; }

    public ReadOnlySpan<byte> Message { get; private set; }

    public void Next()
    {
        uint sender = BinaryPrimitives.ReadUInt32LittleEndian(Rest);
        int length = (int)BinaryPrimitives.ReadUInt32LittleEndian(Rest[4..]);
        Sender = sender & ~Frame.ExtrasFlag;
        Extras = MessageExtras.None;
        Trace = default;
        int at = Frame.EntryBytes;
        if ((sender & Frame.ExtrasFlag) != 0)
        {
            int trace = BinaryPrimitives.ReadUInt16LittleEndian(Rest[at..]);
            Extras = (MessageExtras)Rest[at + 2];
            Trace = Rest.Slice(at + Frame.ExtrasBytes, trace);
            at += Frame.ExtrasBytes + Frame.Padded(trace);
        }

        Message = Rest.Slice(at, length);
        Rest = Rest[(at + Frame.Padded(length))..];
    }
}
