using System.Text;
using FireAndForget.Diagnostics;

namespace FireAndForget.Guests.Wasi;

/// <summary>What the instances of one component get of the host by way of WASI.</summary>
/// <param name="component">The component's id.</param>
/// <param name="options">What it was granted.</param>
/// <param name="time">The clock.</param>
/// <param name="seed">The seed of its random bytes; null: none is given.</param>
/// <param name="log">Where its output goes; null: nowhere.</param>
/// <param name="outputBytesPerSecond">How much of its output is logged in a second.</param>
/// <param name="config">What it finds by their keys as its configuration; null: nothing.</param>
/// <param name="guestLog">Where it logs with levels; null: nowhere.</param>
/// <param name="version">How often the component was replaced: another version draws other random bytes from the same seed.</param>
internal sealed class WasiGrants(
    string component,
    WasiOptions options,
    TimeProvider time,
    ulong? seed,
    IGuestOutput? log,
    long outputBytesPerSecond = long.MaxValue,
    int version = 0,
    IDictionary<string, string>? config = null,
    IGuestLog? guestLog = null
)
{
    /// <summary>Grants for a component without options: nothing.</summary>
    public static WasiGrants None => new("", new(), TimeProvider.System, null, null);

    public string Component { get; } = component;

    public WasiOptions Options { get; } = options;

    public TimeProvider Time { get; } = time;

    public WasiRandom Random { get; } = new(seed, version == 0 ? component : $"{component}#{version}");

    public IGuestOutput? Log { get; } = log;

    /// <summary>How much of its output may be logged now: one for all instances, so that a restart makes no room.</summary>
    public OutputAllowance Output { get; } = new(time, outputBytesPerSecond);

    /// <summary>Names and values in UTF-8.</summary>
    public (byte[] Name, byte[] Value)[] Environment { get; } =
    [.. options.Environment.Select(v => (Encoding.UTF8.GetBytes(v.Key), Encoding.UTF8.GetBytes(v.Value)))];

    /// <summary>What it finds by these keys as its configuration.</summary>
    public IReadOnlyDictionary<string, string> Config { get; } =
        new Dictionary<string, string>(config ?? new Dictionary<string, string>(), StringComparer.Ordinal);

    /// <summary>Where it logs with levels; null: nowhere.</summary>
    public IGuestLog? GuestLog { get; } = guestLog;

    public byte[][] Arguments { get; } = [.. options.Arguments.Select(Encoding.UTF8.GetBytes)];
}
