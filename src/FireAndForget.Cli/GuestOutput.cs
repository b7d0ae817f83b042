using System.Buffers;
using System.Globalization;
using System.Text;
using FireAndForget.Guests;

namespace FireAndForget.Cli;

/// <summary>
/// Standard error for what guests write, with the component's id in front. No guest waits for it: where it is not taken for a long
/// time, lines are left out, and said so.
/// </summary>
internal sealed class GuestOutput(Stream stream) : IGuestLog, IAsyncDisposable
{
    private const long MostWaiting = 16 << 20;

    private readonly LineOutput _output = new(stream);
    private readonly Lock _lock = new();
    private long _leftOut;
    private bool _isComplete;

    public void Write(string component, bool isError, ReadOnlySpan<byte> line)
    {
        lock (_lock)
        {
            if (_isComplete)
            {
                return;
            }

            if (_output.Waiting > MostWaiting)
            {
                _leftOut++;
                return;
            }

            TellLeftOut();
            _output.Write(
                new Line(component, line),
                static (line, writer) =>
                {
                    // Ids are plain ASCII.
                    Encoding.ASCII.GetBytes(line.Component, writer);
                    writer.Write(": "u8);
                    writer.Write(line.Text);
                    writer.Write("\n"u8);
                }
            );
        }
    }

    /// <summary>Waits until all is written; what comes later is dropped.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _isComplete = true;
            TellLeftOut();
        }

        try
        {
            await _output.CompleteAsync();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nobody reads standard error, and there is nowhere else to say so.
        }
    }

    private void TellLeftOut()
    {
        if (_leftOut != 0)
        {
            string told = string.Create(
                CultureInfo.InvariantCulture,
                $"faf: {_leftOut} lines of components were left out, because standard error was not read\n"
            );
            _output.Write(Encoding.ASCII.GetBytes(told));
            _leftOut = 0;
        }
    }

    private readonly ref struct Line(string component, ReadOnlySpan<byte> text)
    {
        public string Component { get; } = component;

        public ReadOnlySpan<byte> Text { get; } = text;
    }
}
