using FireAndForget.Buffers;
using FireAndForget.Capacity;
using FireAndForget.Guests.Compiling;
using FireAndForget.Wording;
using Microsoft.Extensions.Logging;

namespace FireAndForget;

/// <summary>How a host runs.</summary>
public sealed class MessagingHostOptions
{
    /// <summary>
    /// How many worker threads deliver messages, 0 to 1,024. Default: one for each processor. 0 is manual mode: only
    /// <see cref="MessagingHost.Pump"/> delivers, on the thread that calls it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int Workers
    {
        get;
        set => field = Check.Range(value, 0, 1024, "threads");
    } = Environment.ProcessorCount;

    /// <summary>
    /// How long a worker without work spins before it parks; more makes wake-ups rarer and costs processor time. Default
    /// 50 µs.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or more than 365 days.</exception>
    public TimeSpan WorkerSpin
    {
        get;
        set => field = Check.Time(value, TimeSpan.Zero);
    } = TimeSpan.FromMicroseconds(50);

    /// <summary>
    /// How long a host that stops lets accepted messages be handled before the rest becomes <see cref="Outcome.Undeliverable"/>.
    /// Default 5 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or more than 365 days.</exception>
    public TimeSpan StopTimeout
    {
        get;
        set => field = Check.Time(value, TimeSpan.Zero);
    } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long, when <see cref="StopTimeout"/> is up, a handler of an endpoint may still go on: .NET code cannot be interrupted. The
    /// host gives up one that has not returned then; its message becomes <see cref="Outcome.Undeliverable"/>, and the thread is
    /// left to it. Default 5 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or more than 365 days.</exception>
    public TimeSpan HandlerStopTimeout
    {
        get;
        set => field = Check.Time(value, TimeSpan.Zero);
    } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The linear memory in bytes that the guests of all components may come to use together. A component counts with what it may
    /// grow to: its <see cref="LimitOptions.MemoryBytes"/>, or what its memories declare as their maximum where that is less. One
    /// for which too little is left is a load error. Default: no limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long MemoryBytes
    {
        get;
        set => field = Check.Range(value, 0, long.MaxValue, "bytes");
    } = long.MaxValue;

    /// <summary>
    /// The clock for rates, quotas, timeouts of handlers and requests, later messages, restart windows and pauses, and the one that guests
    /// see through WASI. Default <see cref="TimeProvider.System"/>.
    /// </summary>
    /// <remarks>
    /// Budgets of guests do not go by it, but by the machine's clock. On the component-API runtime guests read this clock too, but what they
    /// wait for goes by the machine's.
    /// </remarks>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public TimeProvider TimeProvider
    {
        get;
        set => field = Check.NotNull(value);
    } = TimeProvider.System;

    /// <summary>
    /// Where the host writes which sends it refused and why, what was loaded, granted, revoked, restarted and stopped, and what guests write
    /// to standard output and error; never a message's content. docs/validation.md lists the lines. Default null: no log. An accepted message
    /// costs nothing for it.
    /// </summary>
    /// <remarks>It is called on the threads that send and deliver: a slow logger slows senders whose messages are refused.</remarks>
    public ILogger? Logger { get; set; }

    /// <summary>Takes what guests write to standard output and error. Default null: it goes into <see cref="Logger"/>.</summary>
    public IGuestOutput? GuestOutput { get; set; }

    /// <summary>
    /// Seeds what guests get through WASI as random bytes, so that a run can be repeated: each component draws its own bytes, which
    /// depend on the seed, its id and what it drew before, and on nothing else. Anybody who knows the seed can predict them: for tests
    /// only. Default null: the operating system's random bytes.
    /// </summary>
    /// <remarks>With a seed, a guest on the component-API runtime gets at most 3 MiB at once.</remarks>
    public ulong? RandomSeed { get; set; }

    /// <summary>
    /// Where compiled guests are kept, so that the same guest loads in milliseconds the next time. Default: 1 GiB in the user's folder
    /// for caches. Null: nothing is kept.
    /// </summary>
    public CompileCacheOptions? CompileCache { get; set; } = new();

    /// <summary>What guests may ask of the compiler. Default: much more than what the compilers of languages produce.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public CompileLimitOptions CompileLimits
    {
        get;
        set => field = Check.NotNull(value);
    } = new();

    /// <summary>The process of its own in which guests are compiled. Default null: they are compiled in this one.</summary>
    public CompileProcessOptions? CompileProcess { get; set; }

    /// <summary>The options as a person reads them, in a line.</summary>
    public override string ToString() =>
        ValueText.Of(
            (nameof(Workers), Workers),
            (nameof(WorkerSpin), WorkerSpin),
            (nameof(StopTimeout), StopTimeout),
            (nameof(HandlerStopTimeout), HandlerStopTimeout),
            (nameof(MemoryBytes), MemoryBytes == long.MaxValue ? "no limit" : MemoryBytes),
            (nameof(TimeProvider), TimeProvider.GetType().Name),
            (nameof(Logger), Logger?.GetType().Name),
            (nameof(GuestOutput), GuestOutput?.GetType().Name),
            (nameof(RandomSeed), RandomSeed),
            (nameof(CompileCache), CompileCache),
            (nameof(CompileLimits), CompileLimits),
            (nameof(CompileProcess), CompileProcess)
        );

    /// <summary>Whether components run through the component API also where the direct runtime could run them.</summary>
    internal bool PrefersComponentApi { get; set; }

    /// <summary>What the machine has left; null: a load does not ask for it.</summary>
    internal IMachine? Machine { get; set; } = LinuxMachine.Create();

    /// <summary>Gives mailboxes their memory.</summary>
    internal RentRing Memory { get; set; } = RingMemory.TryRent;

    /// <summary>A copy of its own for a host. Every value was checked when it was set.</summary>
    internal MessagingHostOptions Snapshot()
    {
        var copy = (MessagingHostOptions)MemberwiseClone();
        copy.CompileCache = CompileCache?.Copy();
        copy.CompileLimits = CompileLimits.Copy();
        copy.CompileProcess = CompileProcess?.Copy();
        return copy;
    }
}
