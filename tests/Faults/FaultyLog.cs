using Microsoft.Extensions.Logging;

namespace FireAndForget.Tests.Faults;

/// <summary>A log that does for each refusal what throws, and catches it. The guest that was refused is on the stack then.</summary>
internal sealed class FaultyLog<TException>(Action fault) : ILogger
    where TException : Exception
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (formatter(state, exception).Contains("nobody", StringComparison.Ordinal))
        {
            Expect.Throws<TException>(fault);
            Interlocked.Increment(ref _count);
        }
    }
}
