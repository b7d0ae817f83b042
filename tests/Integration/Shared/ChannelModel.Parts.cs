namespace FireAndForget.Tests;

// What a component instance's handles stand for.
internal sealed partial class ChannelModel
{
    private sealed record ValueType(string Name, bool IsFuture, int Bytes, bool IsPlain, int Alignment)
    {
        public ValueType(string Name, bool IsFuture, int Bytes, bool IsPlain)
            : this(Name, IsFuture, Bytes, IsPlain, Math.Max(1, Bytes)) { }
    }

    private abstract class Waitable
    {
        public Func<int>? Event { get; set; }

        public int Since { get; set; }

        public Set? Set { get; set; }
    }

    private sealed class Timer : Waitable
    {
        public bool IsResolved { get; set; }
    }

    private sealed class End(Shared shared, bool isWriter) : Waitable
    {
        public Shared Shared { get; } = shared;

        public bool IsWriter { get; } = isWriter;

        public State State { get; set; }
    }

    private enum State
    {
        Idle,
        Copying,
        Done,
    }

    private sealed class Set
    {
        public List<Waitable> Waitables { get; } = [];
    }

    private sealed class Shared(ValueType type)
    {
        public ValueType Type { get; } = type;

        public Room? Pending { get; set; }

        public bool IsDropped { get; set; }

        /// <summary>The host reads the stream.</summary>
        public bool IsRead { get; set; }

        /// <summary>The future of a stream that the host reads.</summary>
        public Shared? Outcome { get; set; }

        /// <summary>The host has the future's value.</summary>
        public bool HasValue { get; set; }
    }

    private sealed class Room(End end, int pointer, int length)
    {
        public End End { get; } = end;

        public int Pointer { get; } = pointer;

        public int Length { get; } = length;

        public int Progress { get; set; }

        public int Remaining => Length - Progress;

        /// <summary>Where the next value lies in <see cref="Memory"/>.</summary>
        public int Place => Pointer - ChannelGuest.Data + (Progress * End.Shared.Type.Bytes);
    }
}
