namespace FireAndForget.Cli;

/// <summary>Ends a command with an exit code other than 0, and with lines for standard error.</summary>
/// <param name="exitCode">The exit code.</param>
/// <param name="lines">The lines for standard error, mostly one: the file, what is wrong with it and what to do.</param>
internal sealed class CommandException(int exitCode, params IReadOnlyList<string> lines)
    : Exception(string.Join('\n', lines))
{
    public int ExitCode { get; } = exitCode;

    public IReadOnlyList<string> Lines { get; } = lines;
}
