using System.Text;
using Microsoft.Extensions.Logging;

namespace FireAndForget.Testing;

/// <summary>
/// Records what happened in a host, in order, a line each. The host's events are read before anything else is recorded, so that
/// each line stands in its place.
/// </summary>
internal sealed class TestRecord : IGuestOutput, ILogger
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly List<HostEvent> _events = [];
    private readonly List<(string Component, string Line)> _output = [];
    private readonly List<string> _log = [];
    private readonly ILogger? _other;
    private readonly IGuestOutput? _otherOutput;

    /// <summary>A record.</summary>
    /// <param name="log">Gets the log's lines too; null: nobody does.</param>
    /// <param name="output">Gets the guests' output too; null: nobody does.</param>
    public TestRecord(ILogger? log, IGuestOutput? output)
    {
        _other = log;
        _otherOutput = output;
    }

    /// <summary>The host's events; set once, before anything happens.</summary>
    public EventSubscription? Subscription { get; set; }

    public IReadOnlyList<HostEvent> Events => Read(() => _events.ToArray());

    public IReadOnlyList<(string Component, string Line)> Output => Read(() => _output.ToArray());

    public IReadOnlyList<string> Log => Read(() => _log.ToArray());

    /// <summary>All lines.</summary>
    public override string ToString() => Read(() => string.Concat(_lines.Select(line => $"{line}\n")));

    public void Add(string line)
    {
        lock (_lock)
        {
            ReadEvents();
            _lines.Add(line);
        }
    }

    void IGuestOutput.Write(string component, bool isError, ReadOnlySpan<byte> line)
    {
        string text = Encoding.UTF8.GetString(line);
        lock (_lock)
        {
            ReadEvents();
            _output.Add((component, text));
            _lines.Add($"{component} writes{(isError ? " to standard error" : "")}: {MessageText.OneLine(text)}");
        }

        _otherOutput?.Write(component, isError, line);
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => _other?.BeginScope(state);

    bool ILogger.IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug || _other?.IsEnabled(logLevel) == true;

    void ILogger.Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        lock (_lock)
        {
            // Log lines are kept apart: events say the same, and the texts of the log differ from version to version.
            _log.Add(formatter(state, exception));
        }

        _other?.Log(logLevel, eventId, state, exception, formatter);
    }

    private T Read<T>(Func<T> what)
    {
        lock (_lock)
        {
            ReadEvents();
            return what();
        }
    }

    private void ReadEvents()
    {
        while (Subscription?.TryRead(out HostEvent? happened) == true)
        {
            _events.Add(happened);
            _lines.Add(
                happened switch
                {
                    SendRefused refused =>
                        $"{refused.Sender} -> {refused.Target}: refused, {refused.Status}{Reason(refused.Reason)}",
                    DeadLetter letter =>
                        $"{letter.Target} did not handle a message from {letter.Sender}, {letter.Outcome}{Reason(letter.Reason)}",
                    ComponentRestarted restarted => $"{restarted.Component} restarted{Reason(restarted.Reason)}",
                    ComponentStopped stopped => $"{stopped.Component} stopped{Reason(stopped.Reason)}",
                    _ => MessageText.OneLine(happened.ToString()!),
                }
            );
        }
    }

    private static string Reason(string reason) => reason.Length == 0 ? "" : $": {MessageText.OneLine(reason)}";
}
