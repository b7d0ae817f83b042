using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;

namespace FireAndForget.Cli;

/// <summary>
/// Standard output for lines that may come faster than it is read. Writers only copy their lines into a pipe, and one task writes
/// what has gathered there as soon as it has written the rest. Writers wait while more than a bound has gathered.
/// </summary>
internal sealed class LineOutput
{
    /// <summary>How many bytes may gather before writers wait. One more line of any length may be added to that.</summary>
    public const long MostWaiting = 1 << 20;

    /// <summary>How long an output that nobody reads is waited for, once everything else has ended.</summary>
    public static readonly TimeSpan StuckTimeout = TimeSpan.FromSeconds(5);

    private const int SegmentBytes = 1 << 16;

    private readonly Pipe _pipe = new(
        new(pauseWriterThreshold: 0, minimumSegmentSize: SegmentBytes, useSynchronizationContext: false)
    );
    private readonly object _gate = new();
    private readonly Task _copying;
    private long _most;
    private long _waiting;
    private long _taken;
    private TaskCompletionSource? _room;
    private volatile bool _isOver;

    /// <summary>An output that begins to write.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="most">How many bytes may wait before writers do.</param>
    public LineOutput(Stream stream, long most = MostWaiting)
    {
        _most = most;
        _copying = Task.Run(() => CopyAsync(stream));
    }

    /// <summary>Ends when the output is complete, or fails as soon as it takes nothing more.</summary>
    public Task Completion => _copying;

    /// <summary>How many bytes were written here and not yet to the output.</summary>
    public long Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting;
            }
        }
    }

    /// <summary>Writes a line, its line feed included. Waits for room.</summary>
    public void Write(ReadOnlySpan<byte> line) => Write(line, static (line, writer) => writer.Write(line));

    /// <summary>Writes a line out of several parts; no other writer's bytes come between them. Waits for room.</summary>
    /// <param name="state">What the parts are made from.</param>
    /// <param name="write">Writes the parts.</param>
    public void Write<TState>(TState state, Action<TState, PipeWriter> write)
        where TState : allows ref struct
    {
        lock (_gate)
        {
            while (_waiting > _most)
            {
                Monitor.Wait(_gate);
            }

            write(state, _pipe.Writer);
            _waiting += _pipe.Writer.UnflushedBytes;
            ValueTask<FlushResult> flushing = _pipe.Writer.FlushAsync();
            Debug.Assert(flushing.IsCompleted, "A pipe without bounds does not ask its writer to wait.");
        }
    }

    /// <summary>A task that ends when there is room, also where writers do not wait any more.</summary>
    public Task WhenRoom()
    {
        lock (_gate)
        {
            if (HasRoom)
            {
                return Task.CompletedTask;
            }

            _room ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task;
        }
    }

    /// <summary>Lifts the bound: writers do not wait any more, including those that wait now.</summary>
    public void LiftBound()
    {
        lock (_gate)
        {
            _most = long.MaxValue;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Completes the output: waits until all lines are written. No more lines may be written.</summary>
    /// <exception cref="IOException">The output cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The output is closed.</exception>
    public Task CompleteAsync()
    {
        _pipe.Writer.Complete();
        return _copying;
    }

    /// <summary>Ends when nothing was taken for <see cref="StuckTimeout"/>, counted once another task has ended.</summary>
    public async Task WhenStuckAsync(Task begin)
    {
        await begin.ConfigureAwait(false);
        long before;
        do
        {
            before = Interlocked.Read(ref _taken);
            await Task.Delay(StuckTimeout).ConfigureAwait(false);
        } while (Interlocked.Read(ref _taken) != before);
    }

    private bool HasRoom => _waiting <= MostWaiting || _isOver;

    private async Task CopyAsync(Stream stream)
    {
        try
        {
            while (true)
            {
                ReadResult read = await _pipe.Reader.ReadAsync().ConfigureAwait(false);
                foreach (ReadOnlyMemory<byte> part in read.Buffer)
                {
                    Copy(part.Span, stream);
                }

                stream.Flush();
                long length = read.Buffer.Length;
                _pipe.Reader.AdvanceTo(read.Buffer.End);
                MakeRoom(length);
                if (read.IsCompleted)
                {
                    return;
                }
            }
        }
        finally
        {
            // The output has failed: everything that is written from here on is dropped.
            _pipe.Reader.Complete();
            LiftBound();
            _isOver = true;
            MakeRoom(0);
        }
    }

    /// <summary>Writes in pieces, so that a slow reader is told from one that reads nothing.</summary>
    private void Copy(ReadOnlySpan<byte> part, Stream stream)
    {
        while (!part.IsEmpty)
        {
            int length = Math.Min(part.Length, SegmentBytes);
            stream.Write(part[..length]);
            Interlocked.Add(ref _taken, length);
            part = part[length..];
        }
    }

    private void MakeRoom(long length)
    {
        lock (_gate)
        {
            _waiting -= length;
            if (HasRoom)
            {
                Monitor.PulseAll(_gate);
                _room?.TrySetResult();
                _room = null;
            }
        }
    }
}
