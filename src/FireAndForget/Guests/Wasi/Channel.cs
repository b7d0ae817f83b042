using FireAndForget.Guests.Calls;

namespace FireAndForget.Guests.Wasi;

/// <summary>A stream or future: what its two ends have in common. The guest holds both of them, or the host holds one.</summary>
internal sealed class Channel(ChannelType type)
{
    public ChannelType Type { get; } = type;

    /// <summary>The end that waits for the other one, or has not been told yet what came of that; null: none does.</summary>
    public ChannelEnd? Waiting { get; set; }

    /// <summary>Whether one of the ends is no more.</summary>
    public bool IsDropped { get; set; }

    /// <summary>Where the host puts what is written to the stream, where it holds the readable end; else null.</summary>
    public WasiOutput? Output { get; set; }

    /// <summary>The future by which the host says that all is written, where it holds the readable end; else null.</summary>
    public Channel? Outcome { get; set; }

    /// <summary>Whether the host has the future's value, which is success, where it holds the writable end.</summary>
    public bool HasSucceeded { get; set; }
}

/// <summary>An end that the guest holds, with the copy for which it was last used.</summary>
internal sealed class ChannelEnd(Channel channel, bool isWriter)
{
    private const ulong Never = ulong.MaxValue;

    // A result has four bits, above which a stream's has the number of values.
    private const int ResultBits = 4;

    private LoweredCall? _call;
    private uint _pointer;
    private CopyResult _result;

    public Channel Channel { get; } = channel;

    public bool IsWriter { get; } = isWriter;

    public CopyState State { get; private set; }

    /// <summary>The instant at which it was known what came of the copy; the last one of all while that is not known.</summary>
    public ulong ReadyAt { get; private set; } = Never;

    public bool IsReady => ReadyAt != Never;

    /// <summary>How many values were to be copied.</summary>
    public uint Length { get; private set; }

    /// <summary>How many values were copied.</summary>
    public uint Progress { get; private set; }

    public uint Remaining => Length - Progress;

    /// <summary>As it is called in a sentence.</summary>
    public string Name => $"the {(IsWriter ? "writable" : "readable")} end of a {Channel.Type.Name}";

    /// <summary>A copy begins.</summary>
    public void Begin(LoweredCall call, int pointer, int length)
    {
        call.CheckValues(pointer, (uint)length, Channel.Type);
        State = CopyState.Copying;
        (_call, _pointer, Length, Progress) = (call, (uint)pointer, (uint)length, 0);
    }

    /// <summary>It is known what came of the copy, which may become more as long as the guest is not told.</summary>
    public void Finish(CopyResult result, ulong now)
    {
        _result = result;
        ReadyAt = Math.Min(ReadyAt, now);
    }

    /// <summary>The guest is told what came of the copy.</summary>
    /// <returns>The result, as the canonical ABI has it.</returns>
    public int Tell()
    {
        ReadyAt = Never;
        if (Channel.Waiting == this)
        {
            Channel.Waiting = null;
        }

        bool isFuture = Channel.Type.IsFuture;
        State =
            _result == CopyResult.Dropped || (isFuture && _result == CopyResult.Completed)
                ? CopyState.Done
                : CopyState.Idle;
        return isFuture ? (int)_result : (int)_result | (int)(Progress << ResultBits);
    }

    /// <summary>The next values to be copied, counted as copied.</summary>
    public Span<byte> Next(uint count)
    {
        Span<byte> values = _call!.Values((int)_pointer, count, Channel.Type);
        Advance(count);
        return values;
    }

    /// <summary>Copies as many values as both ends have.</summary>
    public static void Copy(ChannelEnd writer, ChannelEnd reader)
    {
        uint count = Math.Min(writer.Remaining, reader.Remaining);
        LoweredCall.CopyValues(
            writer._call!,
            (int)writer._pointer,
            reader._call!,
            (int)reader._pointer,
            count,
            writer.Channel.Type
        );
        writer.Advance(count);
        reader.Advance(count);
    }

    private void Advance(uint count)
    {
        _pointer += count * Channel.Type.ValueBytes;
        Progress += count;
    }
}

/// <summary>What an end is doing.</summary>
internal enum CopyState : byte
{
    Idle,

    /// <summary>From the beginning of a copy until the guest is told what came of it.</summary>
    Copying,

    /// <summary>It can be dropped and no more.</summary>
    Done,
}

/// <summary>What came of a copy, as the canonical ABI numbers it.</summary>
internal enum CopyResult : byte
{
    Completed = 0,

    /// <summary>The other end is no more.</summary>
    Dropped = 1,

    Cancelled = 2,
}
