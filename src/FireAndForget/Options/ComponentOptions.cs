namespace FireAndForget;

/// <summary>What a component may do, accepts and may use. The defaults are those of the topology file.</summary>
public sealed record ComponentOptions : ReceiverOptions
{
    /// <summary>
    /// Its capabilities: the targets to which it may send, as ids or prefixes followed by <c>*</c>. Default nobody.
    /// </summary>
    /// <exception cref="ArgumentException">A pattern is neither an id nor a prefix followed by <c>*</c>.</exception>
    public IReadOnlyList<string> SendsTo
    {
        get;
        init => field = CapabilityPattern.CheckAll(value, nameof(SendsTo));
    } = [];

    /// <summary>Time, memory and tables that the guest may use.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public LimitOptions Limits
    {
        get;
        init => field = Check.NotNull(value);
    } = new();

    /// <summary>The rate of its own sends. Default: no limit.</summary>
    public RateOptions? Rate { get; init; }

    /// <summary>The quota of its own sends. Default: no limit.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public QuotaOptions Quota
    {
        get;
        init => field = Check.NotNull(value);
    } = new();

    /// <summary>How often its guest is restarted.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public RestartOptions Restart
    {
        get;
        init => field = Check.NotNull(value);
    } = new();

    /// <summary>What it is granted by way of WASI. Default: nothing.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public WasiOptions Wasi
    {
        get;
        init => field = Check.NotNull(value);
    } = new();
}
