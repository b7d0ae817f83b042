namespace FireAndForget.Cli;

/// <summary>
/// <c>faf compile</c>: compiles the binary on standard input and writes the machine code to standard output. A host starts it so
/// that compiling cannot cost the host its own memory or time.
/// </summary>
internal static class CompileCommand
{
    /// <summary>Compiles.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string kind, long maxMemoryBytes, double maxSeconds)
    {
        using Stream input = Console.OpenStandardInput();
        using Stream output = Console.OpenStandardOutput();
        // A negative bound is exceeded at once, like a bound of 0.
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
