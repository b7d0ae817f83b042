// The names under which results are stored: what the benchmarks write and the document looks up.

namespace FireAndForget.Reporting;

/// <summary>Names and cases of measurements.</summary>
public static class Names
{
    public const string Validation = "host_validation_overhead";
    public const string Serialization = "message_serialization_overhead";
    public const string Broker = "broker_publish_overhead";
    public const string Call = "wasm_call_overhead";
    public const string Total = "total_fire_and_forget_latency";
    public const string SingleSender = "throughput_single_sender";
    public const string TenSenders = "throughput_10_senders";
    public const string Burst100 = "throughput_100_messages_burst";
    public const string Sustained = "sustained_throughput_1000";
    public const string P50 = "latency_p50";
    public const string P95 = "latency_p95";
    public const string P99 = "latency_p99";
    public const string UnderLoad = "latency_under_load";

    /// <summary>The bare call into the same guest.</summary>
    public const string BareCall = "bare_call";

    /// <summary>One cache line to another core and back.</summary>
    public const string RoundTrip = "core_round_trip";

    /// <summary>One reading of the clock.</summary>
    public const string Clock = "clock";

    /// <summary>The percentiles of all messages of a case.</summary>
    public const string Distribution = "latency_distribution";

    /// <summary>What the names of the pairs begin with that show an optimisation.</summary>
    public const string Optimisation = "optimisation_";

    /// <summary>A peer's time for a message; the case is the peer.</summary>
    public const string Peer = "peer";

    public const string GrowthComponents = "growth_components";
    public const string GrowthHops = "growth_hops";
    public const string IdleMemory = "idle_component_memory";

    /// <summary>A request and its answer, one after the other, or 64 that are open at once; the case is who asks.</summary>
    public const string Requests = "requests_one_by_one";
    public const string RequestsOpen = "requests_64_open";

    /// <summary>
    /// A message to many, in nanoseconds for each subscriber, and of that the time that the publisher is held; the case is who publishes and
    /// to how many.
    /// </summary>
    public const string Publish = "publish";
    public const string PublishCall = "publish_call";

    /// <summary>
    /// What one of a million later messages takes: to give, to take back, and to send and deliver, and of memory beside its bytes, managed or
    /// not. The case is whose.
    /// </summary>
    public const string LaterGiven = "later_given";
    public const string LaterTakenBack = "later_taken_back";
    public const string LaterSent = "later_sent";
    public const string LaterMemory = "later_memory";
    public const string LaterManaged = "later_managed";

    /// <summary>The start of a host with components, in milliseconds.</summary>
    public const string Loading = "loading";

    /// <summary>A message's time to many receivers in turn; the case is whose receivers, and how many.</summary>
    public const string CrowdInTurn = "crowd_in_turn";

    /// <summary>A hop's time from receiver to receiver at random; the case is whose receivers, and how many.</summary>
    public const string CrowdHops = "crowd_hops";

    /// <summary>What one receiver of a crowd costs: to add, of resident memory before and after messages; and to dispose of all.</summary>
    public const string CrowdAdd = "crowd_add";
    public const string CrowdIdle = "crowd_idle";
    public const string CrowdUsed = "crowd_used";
    public const string CrowdDispose = "crowd_dispose";

    public const string CrowdOneWorker = "FireAndForget, one worker";
    public const string CrowdTwoWorkers = "FireAndForget, two workers";
    public const string CrowdManual = "FireAndForget, manual mode";
    public const string CrowdAkka = "Akka.NET";
    public const string CrowdProtoActor = "Proto.Actor";
    public const string CrowdChannels = "Channel<byte[]>, each with a reader task";

    /// <summary>All of these, in the order of the page.</summary>
    public static IReadOnlyList<string> Crowds { get; } =
    [CrowdOneWorker, CrowdTwoWorkers, CrowdManual, CrowdAkka, CrowdProtoActor, CrowdChannels];

    /// <summary>One message, then the next.</summary>
    public const string OneByOne = "one by one";

    /// <summary>Sixty-four messages, then their delivery.</summary>
    public const string Burst = "in bursts of 64";

    /// <summary>One sending thread and a worker that spins.</summary>
    public const string TwoThreads = "two threads";

    /// <summary>Sent and delivered by the same thread.</summary>
    public const string OneThread = "one thread";

    /// <summary>The worker had parked and is woken.</summary>
    public const string Parked = "waking a parked worker";

    public const string Self = "FireAndForget";
    public const string SelfOneByOne = "FireAndForget, one by one on one thread";
    public const string ChannelTwoThreads = "Channel<byte[]>, two threads";
    public const string ChannelOneThread = "Channel<byte[]>, one thread";
    public const string ComponentPersistent = "ComponentFunction.Call, persistent instance";
    public const string RequestBaseline = "FireAndForget, a message without an answer, one thread";
    public const string RequestOneThread = "FireAndForget, an endpoint asks a component, one thread";
    public const string RequestComponents = "FireAndForget, a component asks a component, one worker";
    public const string RequestTwoThreads = "FireAndForget, an endpoint asks a component, two threads";
    public const string RequestChannel = "Channel<T> with TaskCompletionSource, two threads";
    public const string PublishOneThread = "FireAndForget, publish, one thread";
    public const string PublishLoop = "FireAndForget, a send to each, one thread";
    public const string PublishWorker = "FireAndForget, publish, one worker";
    public const string LaterTimer = "System.Threading.Timer";
    public const string ComponentFresh = "ComponentFunction.Call, new instance for each message";

    /// <summary>How many subscribers a message is published to.</summary>
    public static IReadOnlyList<int> Subscribers { get; } = [1, 10, 100, 1_000];

    /// <summary>The case of a crowd with a number of receivers, or of so many subscribers.</summary>
    /// <param name="whose">Whose receivers, such as <see cref="CrowdAkka"/>.</param>
    /// <param name="receivers">How many.</param>
    /// <returns>The case.</returns>
    public static string CrowdOf(string whose, int receivers) =>
        $"{whose}, {receivers.ToString("N0", global::System.Globalization.CultureInfo.InvariantCulture)}";

    /// <summary>The case of a load of messages that circulate between two other components.</summary>
    /// <param name="messages">How many.</param>
    /// <returns>The case.</returns>
    public static string UnderLoadOf(int messages) =>
        messages == 1 ? "under load, 1 message going round" : $"under load, {messages} messages going round";

    /// <summary>The percentiles of a <see cref="Distribution"/>, in the order of its values.</summary>
    public static IReadOnlyList<double> Percentiles { get; } = [0, 10, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.99, 100];

    /// <summary>The lengths of the messages that the page shows side by side, in bytes.</summary>
    internal static IReadOnlyList<int> Payloads { get; } = [16, 256, 4096, 65536];
}
