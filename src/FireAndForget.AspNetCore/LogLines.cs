using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace FireAndForget.AspNetCore;

/// <summary>
/// Keeps the last lines that the service's log has of each component and endpoint, what guests write among them. Bounded in lines, and in
/// ids.
/// </summary>
internal sealed class LogLines : ILoggerProvider
{
    /// <summary>How many lines of each are kept.</summary>
    public const int Most = 100;

    /// <summary>The category of a host's log; other categories are not looked at.</summary>
    private const string Category = "FireAndForget";

    /// <summary>The most characters of a line.</summary>
    private const int MostOfLine = 500;

    /// <summary>The properties of a log line that name the id that it is about; the first one that the line has counts.</summary>
    private static readonly string[] About = ["Component", "Endpoint", "Target", "Id"];

    private readonly ConcurrentDictionary<string, Queue<LogLineView>> _lines = new(StringComparer.Ordinal);

    public ILogger CreateLogger(string categoryName) => categoryName == Category ? new Keeper(this) : Nothing.Instance;

    /// <summary>The lines about an id, the oldest first.</summary>
    public LogLineView[] Of(string id)
    {
        if (!_lines.TryGetValue(id, out Queue<LogLineView>? lines))
        {
            return [];
        }

        lock (lines)
        {
            return [.. lines];
        }
    }

    public void Dispose() => _lines.Clear();

    private void Add(string id, LogLineView line)
    {
        if (!_lines.TryGetValue(id, out Queue<LogLineView>? lines))
        {
            if (_lines.Count >= HostView.MostShown)
            {
                return;
            }

            lines = _lines.GetOrAdd(id, _ => new());
        }

        lock (lines)
        {
            lines.Enqueue(line);
            if (lines.Count > Most)
            {
                lines.Dequeue();
            }
        }
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
                        string text = formatter(state, exception);
                        string shown = text.Length > MostOfLine ? $"{text[..MostOfLine]}…" : text;
                        lines.Add(id, new(DateTimeOffset.UtcNow, logLevel.ToString(), shown));
                        return;
                    }
                }
            }
        }
    }

    private sealed class Nothing : ILogger
    {
        public static readonly Nothing Instance = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => false;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) { }
    }
}

/// <summary>A line of the log, as JSON.</summary>
/// <param name="At">When it was written.</param>
/// <param name="Level">Its level.</param>
/// <param name="Text">The line.</param>
internal sealed record LogLineView(DateTimeOffset At, string Level, string Text);
