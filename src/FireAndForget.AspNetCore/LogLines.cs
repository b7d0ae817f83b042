using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FireAndForget.AspNetCore;

/// <summary>
/// Keeps the last lines that the service's log has of each component and endpoint, what guests write among them. Bounded in lines, and in
/// ids.
/// </summary>
/// <param name="isRegistered">Whether an id is one of the host's components and endpoints.</param>
internal sealed class LogLines(Func<string, bool> isRegistered) : ILoggerProvider
{
    /// <summary>How many lines of each are kept.</summary>
    public const int Most = 100;

    /// <summary>Of how many ids lines are kept: of those about which something was written or asked last.</summary>
    private const int MostIds = 500;

    /// <summary>The category of a host's log; other categories are not looked at.</summary>
    private const string Category = "FireAndForget";

    /// <summary>The most characters of a line.</summary>
    private const int MostOfLine = 500;

    /// <summary>The property of a message's target, which a sender chooses: it may be nobody.</summary>
    private const string Target = "Target";

    /// <summary>The properties of a log line that name the id that it is about; the first one that the line has counts.</summary>
    private static readonly string[] About = ["Component", "Endpoint", Target, "Id"];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Kept> _kept = new(StringComparer.Ordinal);
    private long _uses;

    public ILogger CreateLogger(string categoryName) =>
        categoryName == Category ? new Keeper(this) : NullLogger.Instance;

    /// <summary>The lines about an id, the oldest first.</summary>
    public LogLineView[] Of(string id)
    {
        lock (_lock)
        {
            if (!_kept.TryGetValue(id, out Kept? kept))
            {
                return [];
            }

            kept.LastUse = ++_uses;
            return [.. kept.Lines];
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _kept.Clear();
        }
    }

    private void Add(string id, bool mayBeNobody, LogLineView line)
    {
        lock (_lock)
        {
            if (!_kept.TryGetValue(id, out Kept? kept))
            {
                if (mayBeNobody && !isRegistered(id))
                {
                    return;
                }

                if (_kept.Count == MostIds)
                {
                    _kept.Remove(_kept.MinBy(pair => pair.Value.LastUse).Key);
                }

                kept = new();
                _kept.Add(id, kept);
            }

            kept.LastUse = ++_uses;
            kept.Lines.Enqueue(line);
            if (kept.Lines.Count > Most)
            {
                kept.Lines.Dequeue();
            }
        }
    }

    /// <summary>The lines about one id.</summary>
    private sealed class Kept
    {
        public Queue<LogLineView> Lines { get; } = new();

        /// <summary>Counts up with each use of any id's lines, so that the least is the longest unused.</summary>
        public long LastUse { get; set; }
    }

    private sealed class Keeper(LogLines lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (state is not IReadOnlyList<KeyValuePair<string, object?>> properties)
            {
                return;
            }

            foreach (string name in About)
            {
                foreach ((string property, object? value) in properties)
                {
                    if (property == name && value is string id)
                    {
                        string text = ShownText.Cut(formatter(state, exception), MostOfLine);
                        lines.Add(
                            id,
                            mayBeNobody: name == Target,
                            new(DateTimeOffset.UtcNow, logLevel.ToString(), text)
                        );
                        return;
                    }
                }
            }
        }
    }
}

/// <summary>A line of the log, as JSON.</summary>
/// <param name="At">When it was written.</param>
/// <param name="Level">Its level.</param>
/// <param name="Text">The line.</param>
internal sealed record LogLineView(DateTimeOffset At, string Level, string Text);
