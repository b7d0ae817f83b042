namespace FireAndForget.Cli;

/// <summary>What ends a command otherwise than done.</summary>
/// <param name="exitCode">The exit code.</param>
/// <param name="message">The line for standard error: the file, what is wrong with it and what to do.</param>
internal sealed class CommandException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
