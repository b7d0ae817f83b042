using Microsoft.Extensions.Logging;

namespace FireAndForget.Cli;

/// <summary>The host's log on standard error, one line each, for who asked for it with <c>--verbose</c>.</summary>
internal sealed class VerboseLogger : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => Console.Error.WriteLine($"faf: {ErrorLine.OneLine(formatter(state, exception))}");
}
