namespace FireAndForget.Cli;

/// <summary>
/// <c>faf compile</c>: compiles the binary on standard input and gives the machine code on standard output, for a host that started it to
/// be rid of what compiling may cost.
/// </summary>
internal static class CompileCommand
{
    /// <summary>Compiles.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string kind, long maxMemoryBytes, double maxSeconds)
    {
        using Stream input = Console.OpenStandardInput();
        using Stream output = Console.OpenStandardOutput();
        // What is less than nothing is used up as soon as nothing is.
        return CompileProgram.Run(
            kind,
            Math.Max(maxMemoryBytes, 0),
            TimeSpan.FromSeconds(Math.Max(maxSeconds, 0)),
            input,
            output,
            Console.Error
        );
    }
}
