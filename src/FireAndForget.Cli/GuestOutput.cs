using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using FireAndForget.Wording;

namespace FireAndForget.Cli;

/// <summary>
/// Writes the output of guests to standard error, with the component's id in front. No guest waits for it: where standard error is
/// not read for a long time, lines are left out, and a line says so. Control characters are escaped, so that a terminal obeys none
/// of them.
/// </summary>
internal sealed class GuestOutput(Stream stream) : IGuestOutput, IAsyncDisposable
{
    private const long MostWaiting = 16 << 20;

    private readonly LineOutput _output = new(stream, most: long.MaxValue);
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

            ReportLeftOut();
            _output.Write(
                new Line(component, line),
                static (line, writer) =>
                {
                    // Ids are plain ASCII.
                    Encoding.ASCII.GetBytes(line.Component, writer);
                    writer.Write(": "u8);
                    WritePlain(line.Text, writer);
                    writer.Write("\n"u8);
                }
            );
        }
    }

    /// <summary>Waits until all lines are written; later ones are dropped.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _isComplete = true;
            ReportLeftOut();
        }

        try
        {
            // The program ends also where nobody reads standard error.
            await await Task.WhenAny(_output.CompleteAsync(), _output.WhenStuckAsync(Task.CompletedTask));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Standard error cannot be written, and there is no other place to report that.
        }
    }

    private static void WritePlain(ReadOnlySpan<byte> text, PipeWriter writer)
    {
        while (!text.IsEmpty)
        {
            int special = text.IndexOfAnyExceptInRange((byte)' ', (byte)'~');
            int run = special < 0 ? text.Length : special;
            writer.Write(text[..run]);
            text = text[run..];
            if (!text.IsEmpty)
            {
                Rune.DecodeFromUtf8(text, out Rune rune, out int length);
                text = text[length..];
                // Tabs are harmless, and the tables of guests use them.
                string shown = rune.Value == '\t' ? "\t" : PlainText.Escape(rune.ToString());
                Encoding.UTF8.GetBytes(shown, writer);
            }
        }
    }

    private void ReportLeftOut()
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
