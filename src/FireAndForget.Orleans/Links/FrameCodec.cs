using System.Buffers;
using Orleans;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.Serializers;
using Orleans.Serialization.WireProtocol;

// Frames are never null.
#nullable disable warnings

namespace FireAndForget.Orleans.Links;

/// <summary>Writes frames straight out of pooled memory, and reads them straight into it.</summary>
[RegisterSerializer]
internal sealed class FrameCodec : IFieldCodec<Frame>
{
    public void WriteField<TBufferWriter>(
        ref Writer<TBufferWriter> writer,
        uint fieldIdDelta,
        Type expectedType,
        Frame value
    )
        where TBufferWriter : IBufferWriter<byte>
    {
        ReferenceCodec.MarkValueField(writer.Session);
        writer.WriteFieldHeader(fieldIdDelta, expectedType, typeof(Frame), WireType.LengthPrefixed);
        writer.WriteVarUInt32((uint)value.WireLength);
        Span<byte> header = stackalloc byte[Frame.HeaderBytes];
        value.WriteHeader(header);
        writer.Write(header);
        writer.Write(value.Names);
        writer.Write(value.Runs);
    }

    public Frame ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        field.EnsureWireType(WireType.LengthPrefixed);
        ReferenceCodec.MarkValueField(reader.Session);
        uint told = reader.ReadVarUInt32();
        if (told > reader.Length)
        {
            // Before memory is taken for what is not there.
            throw new InvalidDataException($"A frame is to have {told} bytes, and its message has {reader.Length}.");
        }

        int length = (int)told;
        byte[] bytes = Frame.Pool.Rent(length);
        try
        {
            reader.ReadBytes(bytes.AsSpan(0, length));
            return Frame.Receive(length, bytes);
        }
        catch
        {
            Frame.Pool.Return(bytes);
            throw;
        }
    }
}

/// <summary>Frames are handed over as they are within a silo.</summary>
[RegisterCopier]
internal sealed class FrameCopier : IDeepCopier<Frame>
{
    public Frame DeepCopy(Frame input, CopyContext context) => input;
}
