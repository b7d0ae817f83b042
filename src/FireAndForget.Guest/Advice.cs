namespace FireAndForget.Guests;

/// <summary>What .NET's text of an exception does not say, because it knows nothing of guests.</summary>
internal static class Advice
{
    private const string Trimmed =
        "A guest's build leaves out what only reflection names: [DynamicDependency] on a method keeps it.";

    /// <summary>What a method throws that the build takes out: those of Sdk/Substitutions.xml.</summary>
    private const string LinkedAway = "Linked away";

    /// <summary>The advice as it stands behind the exception's text; empty where there is none.</summary>
    /// <param name="exception">What nothing caught. Its own advice comes before that on what caused it.</param>
    public static string On(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (OnItself(cause) is { } advice)
            {
                return $" ({advice})";
            }
        }

        return "";
    }

    private static string? OnItself(Exception exception) =>
        exception switch
        {
            OutOfMemoryException =>
                "The host gives this guest no more: memory-bytes among the limits of its component.",
            PlatformNotSupportedException when exception.Message.StartsWith("Cannot wait", StringComparison.Ordinal) =>
                "A guest has one thread: await in place of Wait() and Result.",
            NotSupportedException { Message: LinkedAway } =>
                "A guest has no terminal that Console.Clear could clear: what it writes is lines in the host's log.",
            PlatformNotSupportedException =>
                "A guest has no other threads, no console input, processes, sockets or ciphers.",
            DllNotFoundException or EntryPointNotFoundException =>
                "A guest has no native code but that of .NET's runtime.",
            // Files and assemblies are not found by the same exception.
            FileNotFoundException { FileName: { } name } when !name.Contains('/', StringComparison.Ordinal) => Trimmed,
            FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException =>
                "A guest has no files.",
            // Of those that derive from it many say nothing of files: the end of a stream in memory.
            IOException when exception.GetType() == typeof(IOException) => "A guest has no files.",
            TypeLoadException or MissingMemberException => Trimmed,
            TimeZoneNotFoundException => "A guest knows no time zone but UTC.",
            _ => null,
        };
}
