using FireAndForget.Messages;
using FireAndForget.Wording;

namespace FireAndForget;

/// <summary>A folder of the host that a component is granted by way of WASI, with all that lies in it.</summary>
/// <remarks>
/// A guest cannot leave it: a path or a link that leads out is refused, and so is what is neither file nor folder. Programs that write into
/// it share it with the guest, and must not put a FIFO in place of a file at the moment when the guest opens that file: the open would wait
/// until the other end is opened.
/// </remarks>
public sealed class WasiDirectory
{
    /// <summary>
    /// The folder's path on the host; a relative one is relative to the process's current folder. It has to be given: a host refuses
    /// a folder without it.
    /// </summary>
    /// <exception cref="ArgumentException">The value is empty or has a NUL character.</exception>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public string Host
    {
        get;
        set => field = Checked(value, nameof(Host));
    } = "";

    /// <summary>The path under which the guest finds it. It has to be given: a host refuses a folder without it.</summary>
    /// <exception cref="ArgumentException">The value is empty or has a NUL character.</exception>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public string Guest
    {
        get;
        set => field = Checked(value, nameof(Guest));
    } = "";

    /// <summary>Whether the guest may change what lies in it. Default: it may only read.</summary>
    public bool Write { get; set; }

    /// <summary>The folder as a person reads it, in a line.</summary>
    public override string ToString() =>
        ValueText.Of((nameof(Host), Host), (nameof(Guest), Guest), (nameof(Write), Write));

    /// <summary>What is wrong with a path; null where nothing is.</summary>
    internal static string? PathProblem(string path, string property)
    {
        ArgumentNullException.ThrowIfNull(path, property);
        return path.Length == 0 || path.Contains('\0', StringComparison.Ordinal)
            ? $"{MessageId.Quote(path)} is no path of a folder for {property}: it is not empty, and has no NUL"
            : null;
    }

    /// <summary>A copy of its own for a host.</summary>
    /// <exception cref="ArgumentException">A path was not given.</exception>
    internal WasiDirectory Snapshot()
    {
        _ = Checked(Host, nameof(Host));
        _ = Checked(Guest, nameof(Guest));
        return (WasiDirectory)MemberwiseClone();
    }

    private static string Checked(string path, string property) =>
        PathProblem(path, property) is { } problem ? throw new ArgumentException(problem, property) : path;
}
