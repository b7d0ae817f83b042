using FireAndForget.Wording;

namespace FireAndForget;

/// <summary>
/// What a guest may ask of the compiler. The time and memory of compiling grow faster than the guest with some of its parts: those are
/// counted before it is compiled, and more than this is a load error. Compilers of languages stay far below the defaults.
/// </summary>
public sealed class CompileLimitOptions
{
    /// <summary>The bytes of one function's code. Default 2 MiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int FunctionBytes
    {
        get;
        set => field = Check.Range(value, 0, int.MaxValue, "bytes");
    } = 2 << 20;

    /// <summary>The functions of a guest, those of all its modules together. Default 250,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int Functions
    {
        get;
        set => field = Check.Range(value, 0, int.MaxValue, "functions");
    } = 250_000;

    /// <summary>The types of a guest, those of all its modules together. Default 50,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int Types
    {
        get;
        set => field = Check.Range(value, 0, int.MaxValue, "types");
    } = 50_000;

    /// <summary>The parameters of a function or block, and likewise its results. Default 100.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int Parameters
    {
        get;
        set => field = Check.Range(value, 0, int.MaxValue, "parameters");
    } = 100;

    /// <summary>The local variables of a function, its parameters among them. Default 10,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int Locals
    {
        get;
        set => field = Check.Range(value, 0, int.MaxValue, "local variables");
    } = 10_000;

    /// <summary>How deep blocks are nested in a function. Default 10,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int Nesting
    {
        get;
        set => field = Check.Range(value, 0, int.MaxValue, "blocks");
    } = 10_000;

    /// <summary>The targets of all <c>br_table</c> of a function together. Default 100,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int BranchTargets
    {
        get;
        set => field = Check.Range(value, 0, int.MaxValue, "targets");
    } = 100_000;

    /// <summary>
    /// The values that flow into the places of a function where its control flow joins: for each such place the local variables that
    /// are used behind it, times the ways that lead there, and the square of the values that a block takes or gives, for each way.
    /// Default 2 million.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long Flow
    {
        get;
        set => field = Check.Range(value, 0, long.MaxValue, "values");
    } = 2_000_000;

    /// <summary>The options as a person reads them, in a line.</summary>
    public override string ToString() =>
        ValueText.Of(
            (nameof(FunctionBytes), FunctionBytes),
            (nameof(Functions), Functions),
            (nameof(Types), Types),
            (nameof(Parameters), Parameters),
            (nameof(Locals), Locals),
            (nameof(Nesting), Nesting),
            (nameof(BranchTargets), BranchTargets),
            (nameof(Flow), Flow)
        );

    internal CompileLimitOptions Copy() => (CompileLimitOptions)MemberwiseClone();
}
