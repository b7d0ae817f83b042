using System.Buffers.Binary;
using System.Text;
using FireAndForget.Messages;
using FireAndForget.Routing;

namespace FireAndForget.Orleans.Links;

// Writing: how messages of outboxes become runs of the frame that is being filled. All of it under the lock.
internal sealed partial class Link
{
    /// <summary>The bytes of a frame's runs; a larger message gets a frame of its own.</summary>
    private const int FrameBytes = 128 * 1024;

    /// <summary>How many full frames wait at most.</summary>
    private const int MostFilled = 4;

    /// <summary>Which numbers of senders, and which keys of targets, the other silo knows.</summary>
    private readonly HashSet<ulong> _named = [];
    private int _directoryVersion;

    /// <summary>The sender that was looked up in there last.</summary>
    private uint _lastNamed = uint.MaxValue;

    private void ForgetNames()
    {
        _named.Clear();
        _lastNamed = uint.MaxValue;
    }

    private static ulong NameOf(Outbox outbox) => ((ulong)NameKind.Target << 32) | outbox.Key;

    private Frame? FrameWithRoom(int need)
    {
        if (_isBroken)
        {
            return null;
        }

        if (_filling is not null && _filling.Room < need)
        {
            if (_filled.Count >= MostFilled)
            {
                return null;
            }

            _filled.Enqueue(_filling);
            _filling = null;
        }

        return _filling ??= Frame.Rent(Math.Max(FrameBytes, need));
    }

    private int WriteRun(Frame frame, Outbox outbox, int ahead, int most, ref int contexts)
    {
        Span<byte> run = frame.FreeRuns;
        if (_named.Add(NameOf(outbox)))
        {
            frame.Name(outbox.Key, NameKind.Target, outbox.Self.IdBytes);
        }

        int at = Frame.RunBytes;
        int count = 0;
        while (count < most && outbox.TryPeekNext(ahead + count, out uint origin, out ReadOnlySpan<byte> message))
        {
            int length = EntryLength(outbox, origin, message.Length, out MessageContext? context);
            if (run.Length - at < length)
            {
                break;
            }

            WriteEntry(frame, run.Slice(at, length), origin, message, context);
            contexts += context is null ? 0 : 1;
            at += length;
            count++;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(run, outbox.Key);
        BinaryPrimitives.WriteUInt32LittleEndian(run[4..], (uint)count);
        BinaryPrimitives.WriteInt64LittleEndian(run[8..], outbox.NumberOfNext(ahead));
        BinaryPrimitives.WriteUInt32LittleEndian(run[16..], (uint)(at - Frame.RunBytes));
        run.Slice(20, 4).Clear();
        frame.RunsLength += at;
        frame.Messages += count;
        return count;
    }

    private void WriteEntry(
        Frame frame,
        Span<byte> entry,
        uint origin,
        ReadOnlySpan<byte> message,
        MessageContext? context
    )
    {
        uint sender = context is null ? origin : context.Publication?.Number ?? context.Sender.Number;
        bool hasTopic = MessageOrigin.HasTopic(sender);
        if (sender != _lastNamed)
        {
            _lastNamed = sender;
            if (_named.Add(((ulong)NameKind.Sender << 32) | sender))
            {
                frame.Name(sender, NameKind.Sender, directory.BytesOf(sender));
                if (hasTopic)
                {
                    frame.Name(sender, NameKind.Topic, directory.TopicOf(sender).Bytes);
                }
            }
        }

        if (hasTopic)
        {
            frame.NeedTopics();
        }

        BinaryPrimitives.WriteUInt32LittleEndian(entry, context is null ? sender : sender | Frame.ExtrasFlag);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], (uint)message.Length);
        int at = Frame.EntryBytes;
        if (context is not null)
        {
            string trace = context.Send?.Id ?? "";
            MessageExtras extras =
                (context.Listener is null ? MessageExtras.None : MessageExtras.Awaited)
                | (context.Request is null ? MessageExtras.None : MessageExtras.Request);
            Span<byte> head = entry.Slice(at, Frame.ExtrasBytes);
            head.Clear();
            BinaryPrimitives.WriteUInt16LittleEndian(head, (ushort)trace.Length);
            head[2] = (byte)extras;
            Encoding.ASCII.GetBytes(trace, entry[(at + Frame.ExtrasBytes)..]);
            at += Frame.ExtrasBytes + Frame.Padded(trace.Length);
        }

        message.CopyTo(entry[at..]);
    }

    private static int EntryLength(Outbox outbox, uint origin, int length, out MessageContext? context)
    {
        context = MessageOrigin.HasContext(origin) ? outbox.ContextOf(origin) : null;
        int extras = context is null ? 0 : Frame.ExtrasBytes + Frame.Padded(context.Send?.Id?.Length ?? 0);
        return Frame.EntryBytes + extras + Frame.Padded(length);
    }
}
