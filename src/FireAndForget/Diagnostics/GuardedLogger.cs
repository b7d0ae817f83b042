using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace FireAndForget.Diagnostics;

/// <summary>A user's logger whose failures end here: a log that throws is no reason for a send to throw or a worker to die.</summary>
internal sealed class GuardedLogger(ILogger logger) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a logger throws, the host goes on.")]
    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return logger.IsEnabled(logLevel);
        }
        catch (Exception)
        {
            return false;
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a logger throws, the host goes on.")]
    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        try
        {
            logger.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception)
        {
            // There is no other log to which the failure could go.
        }
    }
}
