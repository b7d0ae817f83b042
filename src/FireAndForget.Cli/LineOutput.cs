using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;

namespace FireAndForget.Cli;

/// <summary>
/// Standard output for lines that come faster than it takes them: writers only copy theirs into a pipe without bounds, and one
/// task writes on what has gathered there, at once when nothing else is left.
/// </summary>
internal sealed class LineOutput
{
    private const int SegmentBytes = 1 << 16;

    private readonly Pipe _pipe = new(
        new(pauseWriterThreshold: 0, minimumSegmentSize: SegmentBytes, useSynchronizationContext: false)
    );
    private readonly Lock _lock = new();
    private readonly Task _copying;
    private long _waiting;

    public LineOutput(Stream stream) => _copying = Task.Run(() => CopyAsync(stream));

    /// <summary>Ends when the output is complete, or fails as soon as it takes nothing more.</summary>
    public Task Completion => _copying;

    /// <summary>How many bytes were written here and not yet to the output.</summary>
    public long Waiting => Interlocked.Read(ref _waiting);

    /// <summary>Writes a line, its line feed included.</summary>
    public void Write(ReadOnlySpan<byte> line)
    {
        lock (_lock)
        {
            _pipe.Writer.Write(line);
            Flush();
        }
    }

    /// <summary>Writes a line out of several parts, of which none has anybody else's between.</summary>
    /// <param name="state">What the parts are made from.</param>
    /// <param name="write">Writes the parts.</param>
    public void Write<TState>(TState state, Action<TState, PipeWriter> write)
        where TState : allows ref struct
    {
        lock (_lock)
        {
            write(state, _pipe.Writer);
            Flush();
        }
    }

    /// <summary>No more lines come: waits until all are written.</summary>
    /// <exception cref="IOException">The output cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The output is closed.</exception>
    public Task CompleteAsync()
    {
        _pipe.Writer.Complete();
        return _copying;
    }

    private void Flush()
    {
        Interlocked.Add(ref _waiting, _pipe.Writer.UnflushedBytes);
        ValueTask<FlushResult> flushing = _pipe.Writer.FlushAsync();
        Debug.Assert(flushing.IsCompleted, "A pipe without bounds does not ask its writer to wait.");
    }

    private async Task CopyAsync(Stream stream)
    {
        try
        {
            while (true)
            {
                ReadResult read = await _pipe.Reader.ReadAsync().ConfigureAwait(false);
                foreach (ReadOnlyMemory<byte> part in read.Buffer)
                {
                    stream.Write(part.Span);
                }

                stream.Flush();
                Interlocked.Add(ref _waiting, -read.Buffer.Length);
                _pipe.Reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    return;
                }
            }
        }
        finally
        {
            // From here on what is written is dropped.
            _pipe.Reader.Complete();
        }
    }
}
