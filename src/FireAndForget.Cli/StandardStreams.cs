namespace FireAndForget.Cli;

/// <summary>
/// Which of the three standard streams the caller gave. Of one that was closed the runtime takes the number for a descriptor of its
/// own, such as a pipe to itself: reading there hangs, and writing there is heard as signals.
/// </summary>
internal static class StandardStreams
{
    public const int Input = 0;
    public const int Output = 1;
    public const int Error = 2;

    /// <summary>O_CLOEXEC of Linux, see fcntl(2).</summary>
    private const long ClosedOnExec = 0x80000;

    /// <summary>Whether a stream was open when the program started. Where the system does not tell, it is taken to be.</summary>
    /// <param name="descriptor">The stream's descriptor.</param>
    public static bool IsOpen(int descriptor)
    {
        const string Name = "flags:";
        const string Descriptors = "/proc/self/fdinfo";
        if (!OperatingSystem.IsLinux() || !Directory.Exists(Descriptors))
        {
            return true;
        }

        try
        {
            string? flags = File.ReadLines(Path.Combine(Descriptors, Text(descriptor)))
                .FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
            // What came through exec does not have this flag, and what the runtime opens does.
            return flags is null || (Convert.ToInt64(flags[Name.Length..].Trim(), 8) & ClosedOnExec) == 0;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return true;
        }
    }

    /// <summary>Standard input; an empty stream where it is closed.</summary>
    public static Stream OpenInput() => IsOpen(Input) ? Console.OpenStandardInput() : Stream.Null;

    /// <summary>Standard error; a stream that takes everything where it is closed.</summary>
    public static Stream OpenError() => IsOpen(Error) ? Console.OpenStandardError() : Stream.Null;

    private static string Text(int descriptor) =>
        descriptor.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
