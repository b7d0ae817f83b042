using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace FireAndForget.Cli;

/// <summary>
/// Tells which of the three standard streams the caller gave. The runtime uses the number of a stream that was closed for a
/// descriptor of its own, such as a pipe to itself: reading from that hangs, and what is written there is taken for signals.
/// </summary>
internal static class StandardStreams
{
    public const int Input = 0;
    public const int Output = 1;
    public const int Error = 2;

    // O_CLOEXEC and O_NONBLOCK of Linux, see fcntl(2).
    private const long ClosedOnExec = 0x80000;
    private const long NonBlocking = 0x800;

    /// <summary>Whether a stream was open when the program started. Where the system does not tell, it is taken to be.</summary>
    /// <param name="descriptor">The stream's descriptor.</param>
    public static bool IsOpen(int descriptor) =>
        // A descriptor that was inherited does not have this flag, and those that the runtime opens have it.
        !TryReadFlags(descriptor, out long? flags) || flags is not null && (flags & ClosedOnExec) == 0;

    /// <summary>Standard input; an empty stream where it is closed.</summary>
    public static Stream OpenInput() => IsOpen(Input) ? Console.OpenStandardInput() : Stream.Null;

    /// <summary>
    /// Standard output. Where it may block, it is not the console's stream, which holds a lock while it writes, so that writers of
    /// standard error would wait for it.
    /// </summary>
    public static Stream OpenOutput()
    {
        if (TryReadFlags(Output, out long? flags) && (flags & NonBlocking) == 0)
        {
            FileStream stream = new(new SafeFileHandle(Output, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            // A file does not block, and this stream would not advance the position that it shares with other programs.
            if (!stream.CanSeek)
            {
                return stream;
            }
        }

        return Console.OpenStandardOutput();
    }

    /// <summary>Standard error; a stream that takes everything where it is closed.</summary>
    public static Stream OpenError() => IsOpen(Error) ? Console.OpenStandardError() : Stream.Null;

    /// <summary>Reads a descriptor's flags; null where it is closed.</summary>
    /// <returns>False where the system does not tell.</returns>
    private static bool TryReadFlags(int descriptor, out long? flags)
    {
        const string Name = "flags:";
        const string Descriptors = "/proc/self/fdinfo";
        flags = null;
        if (!OperatingSystem.IsLinux() || !Directory.Exists(Descriptors))
        {
            return false;
        }

        try
        {
            string file = Path.Combine(Descriptors, descriptor.ToString(CultureInfo.InvariantCulture));
            string? line = File.ReadLines(file).FirstOrDefault(l => l.StartsWith(Name, StringComparison.Ordinal));
            flags = line is null ? null : Convert.ToInt64(line[Name.Length..].Trim(), 8);
            return line is not null;
        }
        catch (FileNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return false;
        }
    }
}
