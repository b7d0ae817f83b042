// A log that takes every line and keeps none, so that what guests write is paid for.

using Microsoft.Extensions.Logging;

namespace FireAndForget.Containment;

internal sealed class DroppingLogger : ILogger
{
    private long _length;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => Interlocked.Add(ref _length, formatter(state, exception).Length);
}
