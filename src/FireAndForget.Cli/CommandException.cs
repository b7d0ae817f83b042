namespace FireAndForget.Cli;

/// <summary>What ends a command otherwise than done.</summary>
/// <param name="exitCode">The exit code.</param>
/// <param name="lines">The lines for standard error, mostly one: the file, what is wrong with it and what to do.</param>
internal sealed class CommandException(int exitCode, params IReadOnlyList<string> lines)
    : Exception(string.Join('\n', lines))
{
    public int ExitCode { get; } = exitCode;

    public IReadOnlyList<string> Lines { get; } = lines;
}
