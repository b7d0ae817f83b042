using FireAndForget.Wording;

namespace FireAndForget;

/// <summary>What a component's guest may use.</summary>
public sealed class LimitOptions
{
    /// <summary>
    /// How long the guest may run for one message, which is <see cref="Outcome.TimedOut"/> then; <see cref="TimeSpan.Zero"/>: no limit.
    /// Default 1 s. The guest is cut off at most 20 ms late, where no single instruction takes longer.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or more than 365 days.</exception>
    public TimeSpan MessageTimeout
    {
        get;
        set => field = Check.Time(value, TimeSpan.Zero);
    } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long the guest's own code may run while it is instantiated (not its compiling); <see cref="TimeSpan.Zero"/>: no
    /// limit. Default 10 s. The host looks at it between the guest's core instances too.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or more than 365 days.</exception>
    public TimeSpan LoadTimeout
    {
        get;
        set => field = Check.Time(value, TimeSpan.Zero);
    } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The sum of the guest's linear memories in bytes, and of its heap of objects where it has garbage collection or exceptions.
    /// Default 64 MiB. A larger initial one is a load error, a larger grow gives -1 to the guest, and an object for which there is no
    /// room traps.
    /// </summary>
    /// <remarks>
    /// The engine limits each memory and the heap by itself, so with several of them a grow may be refused earlier, never later.
    /// What an instance takes of the host beside these and <see cref="TableElements"/> has a bound of its own, 16 MiB: beyond that
    /// a guest of many core instances, imports, functions or globals is a load error.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long MemoryBytes
    {
        get;
        set => field = Check.Range(value, 0, long.MaxValue, "bytes");
    } = 64L << 20;

    /// <summary>The sum of the elements of the guest's tables. Default 100,000. Exceeding it is as with <see cref="MemoryBytes"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long TableElements
    {
        get;
        set => field = Check.Range(value, 0, uint.MaxValue, "elements");
    } = 100_000;

    /// <summary>
    /// How many files and folders an instance may have open at a time in the folders that it is granted; a stream of a file counts as
    /// another one. Default 64. Beyond, and where all components together have as many as the host may open, the guest gets the error
    /// <c>insufficient-memory</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or more than 65,536.</exception>
    public int OpenFiles
    {
        get;
        set => field = Check.Range(value, 0, MostOpenFiles, "files");
    } = 64;

    /// <summary>
    /// How many bytes of standard output and error and of <c>wasi:logging</c> together are kept in a second, each line counted with 64 more.
    /// Default 1 MiB. What comes beyond is left out, and a line says how much.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long OutputBytesPerSecond
    {
        get;
        set => field = Check.Range(value, 0, long.MaxValue, "bytes");
    } = 1 << 20;

    /// <summary>
    /// How many requests of the guest may be open at a time, 0 to 1,000,000: each keeps room for its reply until the guest has had that.
    /// Default 1,024. Beyond, a request is <see cref="SendStatus.QueueFull"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int OpenRequests
    {
        get;
        set => field = Check.Range(value, 0, MostOpenRequests, "requests");
    } = 1024;

    /// <summary>
    /// How many of its later messages may wait for their time, 0 to 1,000,000; 64 MiB of them in any case. Default 10,000. Beyond, a later
    /// message is <see cref="SendStatus.QueueFull"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int LaterMessages
    {
        get;
        set => field = Check.Range(value, 0, MostLaterMessages, "messages");
    } = 10_000;

    /// <summary>The options as a person reads them, in a line.</summary>
    public override string ToString() =>
        ValueText.Of(
            (nameof(MessageTimeout), MessageTimeout),
            (nameof(LoadTimeout), LoadTimeout),
            (nameof(MemoryBytes), MemoryBytes),
            (nameof(TableElements), TableElements),
            (nameof(OpenFiles), OpenFiles),
            (nameof(OutputBytesPerSecond), OutputBytesPerSecond),
            (nameof(OpenRequests), OpenRequests),
            (nameof(LaterMessages), LaterMessages)
        );

    /// <summary>The most that <see cref="OpenFiles"/> may be.</summary>
    internal const int MostOpenFiles = 65_536;

    /// <summary>The most that <see cref="OpenRequests"/> may be.</summary>
    internal const int MostOpenRequests = 1_000_000;

    /// <summary>The most that <see cref="LaterMessages"/> may be.</summary>
    internal const int MostLaterMessages = 1_000_000;

    internal LimitOptions Copy() => (LimitOptions)MemberwiseClone();
}
