using FireAndForget.Orleans.Links;
using FireAndForget.Orleans.Table;
using FireAndForget.Routing;
using Orleans;
using Orleans.Runtime;
using Orleans.Services;

namespace FireAndForget.Orleans;

/// <summary>The calls between silos: one service for each silo, addressed by the silo, without directory or activation.</summary>
[Alias("FireAndForget.ILinkService")]
internal interface ILinkService : IGrainService
{
    /// <summary>Delivers a frame.</summary>
    /// <returns>A settlement of messages that came before; null: nothing is to be told yet.</returns>
    [ResponseTimeout("00:00:05")]
    [Alias("Deliver")]
    ValueTask<byte[]?> DeliverAsync(SiloAddress from, Frame frame);

    [ResponseTimeout("00:00:05")]
    [Alias("Settle")]
    Task SettleAsync(SiloAddress from, byte[] settlement);

    [ResponseTimeout("00:00:05")]
    [Alias("Resume")]
    Task<LinkState> ResumeAsync(SiloAddress from, uint session, ulong settledThrough);

    /// <summary>Asks what the called silo hosts, for the part behind an id; from then on it tells the calling one of changes.</summary>
    [Alias("Ask")]
    Task<TablePart> AskAsync(SiloAddress from, string after);

    /// <summary>Exchanges what both silos host, all at once: silos of the versions before <see cref="Protocol.WithTableParts"/> do.</summary>
    [Alias("Meet")]
    Task<TableEntry[]> MeetAsync(SiloAddress from, TableEntry[] hosted);

    /// <summary>Tells an entry that is new, or has changed, on the calling silo.</summary>
    /// <returns>False where this silo hosts it by right.</returns>
    [ResponseTimeout("00:00:05")]
    [Alias("Learn")]
    Task<bool> LearnAsync(SiloAddress from, TableEntry entry);

    /// <summary>Tells that an id is not on the calling silo any more, and nowhere else.</summary>
    [ResponseTimeout("00:00:05")]
    [Alias("Forget")]
    Task ForgetAsync(SiloAddress from, string id, long version);

    /// <summary>
    /// Holds back all messages to an id until <see cref="EndHoldAsync"/>; ends when none is under way to it from here.
    /// </summary>
    [ResponseTimeout("00:05:00")]
    [Alias("Hold")]
    Task HoldAsync(string id, SiloAddress mover);

    [ResponseTimeout("00:00:30")]
    [Alias("GoOn")]
    Task EndHoldAsync(string id);

    /// <summary>
    /// Whether all messages before these numbers are in their receivers' mailboxes; the numbers are those of outboxes, by their
    /// keys.
    /// </summary>
    [Alias("HasAll")]
    Task<bool> HasAllAsync(SiloAddress from, Dictionary<uint, long> numbers);

    /// <summary>Loads a component without running it. Its arrival or its drop follows.</summary>
    /// <returns>Null, or why it cannot.</returns>
    [ResponseTimeout("00:05:00")]
    [Alias("Prepare")]
    Task<Failure?> PrepareAsync(TableEntry entry);

    /// <summary>Drops a component that was prepared.</summary>
    [Alias("Drop")]
    Task DropAsync(string id);

    /// <summary>Lets a component that was prepared take over.</summary>
    [ResponseTimeout("00:01:00")]
    [Alias("Arrive")]
    Task<Failure?> ArriveAsync(TableEntry entry, Usage? usage);

    /// <summary>Moves a component from the called silo to another one.</summary>
    [ResponseTimeout("00:10:00")]
    [Alias("Move")]
    Task<Failure?> MoveAsync(string id, SiloAddress to);

    /// <summary>Brings a component up on the called silo.</summary>
    [ResponseTimeout("00:05:00")]
    [Alias("Place")]
    Task<Failure?> PlaceAsync(TableEntry entry);

    /// <summary>Replaces a component of the called silo by another version or options.</summary>
    [ResponseTimeout("00:05:00")]
    [Alias("Replace")]
    Task<Failure?> ReplaceAsync(TableEntry entry);

    /// <summary>Removes a component or endpoint of the called silo.</summary>
    [ResponseTimeout("00:01:00")]
    [Alias("Remove")]
    Task<bool> RemoveAsync(string id);

    /// <summary>Grants or revokes a pattern of a component or endpoint of the called silo.</summary>
    /// <returns>Whether that changed anything, or why it cannot be.</returns>
    [ResponseTimeout("00:01:00")]
    [Alias("Change")]
    Task<(bool IsChanged, Failure? Failure)> ChangeAsync(
        string id,
        Capability capability,
        string pattern,
        bool isGranted
    );

    [Alias("Report")]
    Task<HostReport> ReportAsync();

    [ResponseTimeout("00:05:00")]
    [Alias("Store")]
    Task StoreAsync(string version, byte[] wasm);

    [ResponseTimeout("00:05:00")]
    [Alias("Fetch")]
    Task<byte[]?> FetchAsync(string version);
}

/// <summary>A failure on one silo, for the caller on another.</summary>
[GenerateSerializer, Immutable, Alias("FireAndForget.Failure")]
internal sealed record Failure
{
    [Id(0)]
    public string Message { get; init; } = "";

    [Id(1)]
    public FailureKind Kind { get; init; }

    public static Failure Of(Exception e) =>
        new()
        {
            Message = e.Message,
            Kind = e switch
            {
                ComponentLoadException => FailureKind.Load,
                ArgumentException => FailureKind.Argument,
                TimeoutException => FailureKind.Timeout,
                _ => FailureKind.Other,
            },
        };

    /// <summary>
    /// Runs an action and turns its exception into a failure, because the type of an exception may be unknown on another silo.
    /// </summary>
    public static async Task<Failure?> TryAsync(Func<Task> action)
    {
        try
        {
            await action().ConfigureAwait(false);
            return null;
        }
        catch (Exception e)
        {
            return Of(e);
        }
    }

    public Exception ToException() =>
        Kind switch
        {
            FailureKind.Load => new ComponentLoadException(Message),
            FailureKind.Argument => new ArgumentException(Message),
            FailureKind.Timeout => new TimeoutException(Message),
            _ => new InvalidOperationException(Message),
        };
}

/// <summary>The kind of the exception, which the caller throws.</summary>
internal enum FailureKind : byte
{
    Other = 0,
    Argument = 1,
    Load = 2,
    Timeout = 3,
}

/// <summary>What a component has used of its rate and quota.</summary>
[GenerateSerializer, Immutable, Alias("FireAndForget.Usage")]
internal sealed record Usage
{
    [Id(0)]
    public double MissingTokens { get; init; }

    [Id(1)]
    public long Messages { get; init; }

    [Id(2)]
    public long Bytes { get; init; }

    [Id(3)]
    public TimeSpan WindowLeft { get; init; }

    public static Usage? Of(SendAllowance? allowance)
    {
        if (allowance?.Usage is not { } used)
        {
            return null;
        }

        return new()
        {
            MissingTokens = used.MissingTokens,
            Messages = used.Messages,
            Bytes = used.Bytes,
            WindowLeft = used.WindowLeft,
        };
    }

    public SendUsage ToSendUsage() =>
        new()
        {
            MissingTokens = MissingTokens,
            Messages = Messages,
            Bytes = Bytes,
            WindowLeft = WindowLeft,
        };
}

/// <summary>The state of a silo, as it reports it itself.</summary>
[GenerateSerializer, Immutable, Alias("FireAndForget.HostReport")]
internal sealed record HostReport
{
    [Id(0)]
    public string[] Components { get; init; } = [];

    [Id(1)]
    public string[] Endpoints { get; init; } = [];

    /// <summary>The counts, in the order of <see cref="Counts"/>.</summary>
    [Id(2)]
    public long[] Numbers { get; init; } = [];

    /// <summary>Its <see cref="Protocol"/> version; 0: the first one.</summary>
    [Id(3)]
    public int ProtocolVersion { get; init; }
}

/// <summary>The counts of a silo as numbers in an order, and back.</summary>
internal static class Counts
{
    public static long[] Of(HostStatistics statistics) =>
        [
            statistics.Refused,
            statistics.Accepted,
            statistics.Handled,
            statistics.Rejected,
            statistics.Trapped,
            statistics.TimedOut,
            statistics.Evicted,
            statistics.Undeliverable,
            statistics.Lost,
            statistics.Queued,
            statistics.InFlight,
            statistics.InMailboxes,
            statistics.Requests,
            statistics.LateReplies,
            statistics.Scheduled,
        ];

    public static HostStatistics From(long[] numbers)
    {
        long At(int index) => index < numbers.Length ? numbers[index] : 0;
        return new()
        {
            Refused = At(0),
            Messages = new()
            {
                Accepted = At(1),
                Handled = At(2),
                Rejected = At(3),
                Trapped = At(4),
                TimedOut = At(5),
                Evicted = At(6),
                Undeliverable = At(7),
                Lost = At(8),
                Queued = At(9),
                InFlight = At(10),
                InMailboxes = At(11),
                Requests = At(12),
                LateReplies = At(13),
                Scheduled = At(14),
            },
        };
    }
}
