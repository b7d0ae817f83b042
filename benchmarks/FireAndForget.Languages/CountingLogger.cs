// A log that counts its lines and formats none, so that the way of a line is measured and not a log.

using Microsoft.Extensions.Logging;

namespace FireAndForget.Languages;

internal sealed class CountingLogger : ILogger
{
    public long Lines { get; private set; }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => Lines++;
}
