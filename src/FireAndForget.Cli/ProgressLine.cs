namespace FireAndForget.Cli;

/// <summary>
/// Shows the progress of a long work in a line on standard error, where a person watches; in a pipe it shows nothing. The line
/// appears after a second and goes when the work is done.
/// </summary>
internal sealed class ProgressLine : IDisposable
{
    private static readonly TimeSpan ShowDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private readonly Func<string> _text;
    private readonly Timer? _timer;
    private int _shown;
    private bool _ended;

    /// <summary>Starts to show progress.</summary>
    /// <param name="isWatched">Whether a person sees it.</param>
    /// <param name="text">What to show, asked for each time.</param>
    public ProgressLine(bool isWatched, Func<string> text)
    {
        _text = text;
        _timer = isWatched ? new(_ => Show(), null, ShowDelay, Interval) : null;
    }

    public void Dispose()
    {
        _timer?.Dispose();
        lock (_lock)
        {
            _ended = true;
            Overwrite("");
        }
    }

    private void Show()
    {
        lock (_lock)
        {
            if (!_ended)
            {
                Overwrite(OnOneLine(ErrorLine.OneLine(_text())));
            }
        }
    }

    /// <summary>The part of the text that fits on one line: of a longer text only its last line could be overwritten.</summary>
    private static string OnOneLine(string text)
    {
        int width = Console.WindowWidth;
        return width > 1 && text.Length >= width ? text[..(width - 1)] : text;
    }

    private void Overwrite(string text)
    {
        if (_shown != 0 || text.Length != 0)
        {
            Console.Error.Write($"\r{text.PadRight(_shown)}{(text.Length == 0 ? "\r" : "")}");
            _shown = text.Length;
        }
    }
}
