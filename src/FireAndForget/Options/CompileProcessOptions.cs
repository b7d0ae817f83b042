using FireAndForget.Wording;

namespace FireAndForget;

/// <summary>
/// How guests are compiled in a process of its own, <c>faf compile</c>, which the host ends when it takes too much, so that a guest whose
/// compiling exceeds every bound harms no other. Each module starts a process, which takes .NET about a tenth of a second.
/// </summary>
public sealed class CompileProcessOptions
{
    /// <summary>
    /// The program: <c>faf</c> of the same version, or its <c>faf.dll</c>, for which <c>dotnet</c> is started. Default null: <c>faf</c>
    /// beside this program, else on the path.
    /// </summary>
    /// <exception cref="ArgumentException">The value is empty.</exception>
    public string? Program
    {
        get;
        set => field = Check.NotEmpty(value);
    }

    /// <summary>The resident memory in bytes above which it is ended. Default 2 GiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long MaxMemoryBytes
    {
        get;
        set => field = Check.Range(value, 0, long.MaxValue, "bytes");
    } = 2L << 30;

    /// <summary>The time after which it is ended. Default 5 minutes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or more than 365 days.</exception>
    public TimeSpan Timeout
    {
        get;
        set => field = Check.Time(value, TimeSpan.Zero);
    } = TimeSpan.FromMinutes(5);

    /// <summary>The options as a person reads them, in a line.</summary>
    public override string ToString() =>
        ValueText.Of(
            (nameof(Program), Program ?? "faf"),
            (nameof(MaxMemoryBytes), MaxMemoryBytes),
            (nameof(Timeout), Timeout)
        );

    internal CompileProcessOptions Copy() => (CompileProcessOptions)MemberwiseClone();
}
