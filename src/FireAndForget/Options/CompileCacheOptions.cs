using FireAndForget.Wording;

namespace FireAndForget;

/// <summary>
/// Where a host keeps what it compiled, so that the same guest loads in milliseconds the next time. Processes and hosts may share a
/// folder. Whatever is wrong with it costs time and never makes a load fail.
/// </summary>
public sealed class CompileCacheOptions
{
    /// <summary>
    /// The folder, made where it is missing, for the user who runs the host. It must belong to that user, root or not, and nobody else may
    /// write to it, or it is not used: what lies there is native code that the host runs. Default null: what the environment variable
    /// <c>FAF_CACHE_DIR</c> says (<c>off</c>: no cache), else <c>fire-and-forget</c> in the user's folder for caches
    /// (<c>$XDG_CACHE_HOME</c> or <c>~/.cache</c>; <c>~/Library/Caches</c> on macOS; <c>%LOCALAPPDATA%</c> on Windows).
    /// </summary>
    /// <exception cref="ArgumentException">The value is empty.</exception>
    public string? Folder
    {
        get;
        set => field = Check.NotEmpty(value);
    }

    /// <summary>
    /// How many bytes the folder's entries may take together; those that were not used for the longest time go first. An entry that is
    /// larger than this is not kept. Default 1 GiB.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long MaxBytes
    {
        get;
        set => field = Check.Range(value, 0, long.MaxValue, "bytes");
    } = 1L << 30;

    /// <summary>The options as a person reads them, in a line.</summary>
    public override string ToString() =>
        ValueText.Of((nameof(Folder), Folder ?? "default"), (nameof(MaxBytes), MaxBytes));

    internal CompileCacheOptions Copy() => (CompileCacheOptions)MemberwiseClone();
}
