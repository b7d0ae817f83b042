using Microsoft.Extensions.Logging;

namespace FireAndForget.Tests.Diagnostics;

/// <summary>A log that keeps its lines, and throws instead where the test wants it.</summary>
internal sealed class ListLogger : ILogger
{
    private readonly Lock _lock = new();
    private readonly List<LogLine> _lines = [];

    public bool Throws { get; set; }

    public LogLevel Least { get; set; }

    /// <summary>Called before each line is kept.</summary>
    public Action Writing { get; set; } = () => { };

    public IReadOnlyList<LogLine> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>The lines with this event id.</summary>
    public IReadOnlyList<LogLine> Of(int id) => [.. Lines.Where(line => line.Id == id)];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= Least;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (Throws)
        {
            throw new IOException("The disk is full.");
        }

        Writing();
        var values = ((IEnumerable<KeyValuePair<string, object?>>)state!).ToDictionary();
        lock (_lock)
        {
            _lines.Add(new(eventId.Id, eventId.Name!, logLevel, formatter(state, exception), values));
        }
    }
}
