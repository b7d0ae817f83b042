namespace FireAndForget.Cli;

/// <summary>The exit codes of faf. What becomes of messages changes the code only where that was asked for.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The work failed: a file cannot be read, a component cannot be hosted.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage: the command line, the topology or a message line is not as it should be.</summary>
    public const int WrongUsage = 2;

    /// <summary>A message became a dead letter, and <c>--fail-on-dead-letter</c> was given.</summary>
    public const int DeadLetter = 3;
}
