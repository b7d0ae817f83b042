using FireAndForget.Dispatching;
using FireAndForget.Guests;
using FireAndForget.Guests.Decoding;
using FireAndForget.Guests.Instances;
using FireAndForget.Guests.Wasi;
using FireAndForget.Messages;
using FireAndForget.Routing;
using FireAndForget.Time;
using Wasmtime;

namespace FireAndForget.Components;

/// <summary>
/// What a component runs until it is replaced: a guest's code, and the options under which it runs. It is the host of its
/// instances: they ask it for everything that a guest needs of a host.
/// </summary>
/// <param name="receiver">The component.</param>
/// <param name="code">The guest's code.</param>
/// <param name="options">The options.</param>
/// <param name="services">The host.</param>
/// <param name="number">How many versions the component had before.</param>
/// <param name="disposed">Called when the code is not needed any more.</param>
/// <param name="commit">The load that makes it, which may be cancelled until the version takes effect; null: nobody cancels it.</param>
internal sealed class ComponentVersion(
    ComponentReceiver receiver,
    GuestCode code,
    ComponentOptions options,
    HostServices services,
    int number,
    Action disposed,
    LoadCommit? commit = null
) : IGuestHost
{
    /// <summary>The timeout of a guest's request that gives none itself.</summary>
    private static readonly TimeSpan DefaultRequestTimeout = TimeSpan.FromSeconds(10);

    private readonly MessageSender _sender = receiver.Sender;
    private readonly SenderDirectory _directory = services.Directory;
    private readonly EpochTicker _ticker = services.Ticker;
    private volatile bool _isGivenUp;

    public GuestCode Code => code;

    public ComponentOptions Options => options;

    public ReadOnlySpan<byte> SelfId => receiver.Self.IdBytes;

    public bool IsAborting => _isGivenUp || commit is { IsCancelled: true } || services.IsAborting();

    public bool IsReplaced => receiver.IsReplaced;

    public WasiGrants Wasi =>
        field ??= new(
            receiver.Self.Id,
            options.Wasi,
            services.Time,
            services.RandomSeed,
            services.GuestOutput,
            options.Limits.OutputBytesPerSecond,
            number,
            options.Config,
            services.Audit
        );

    public int SenderVersion => _directory.Version;

    public BatchConditions Conditions => new(receiver.IsReplaced, _directory.Version, _ticker.Count);

    public object Senders => _directory;

    public ReadOnlySpan<byte> IdOf(uint sender) =>
        MessageOrigin.HasContext(sender) ? receiver.IdFromContext(sender) : _directory.BytesOf(sender);

    public bool IsRequest(uint origin) => receiver.IsRequest(origin);

    public string? Answer(uint origin, ReadOnlySpan<byte> answer) => receiver.Answer(origin, answer);

    public ReadOnlySpan<byte> TopicOf(uint origin) => receiver.TopicBytesOf(origin);

    public long NumberOf(int index) => receiver.NumberOf(index);

    public SendStatus? Send(ReadOnlySpan<byte> target, ReadOnlySpan<byte> message) => _sender.Send(target, message);

    public SendStatus? Publish(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> message, out uint accepted) =>
        _sender.Publish(topic, message, out accepted);

    public SendStatus? Request(
        ReadOnlySpan<byte> target,
        ReadOnlySpan<byte> message,
        uint timeoutMs,
        out ulong number
    ) =>
        _sender.Request(
            target,
            message,
            timeoutMs == 0 ? DefaultRequestTimeout : TimeSpan.FromMilliseconds(timeoutMs),
            out number
        );

    public bool CancelRequest(ulong number) => _sender.Requests!.TryTakeOut(number);

    public SendStatus? SendLater(
        ReadOnlySpan<byte> target,
        ReadOnlySpan<byte> message,
        ulong delayMs,
        out ulong number
    ) => _sender.SendLater(target, message, delayMs, out number);

    public bool CancelLater(ulong number) => _sender.CancelLater(number);

    public void Report(WasmtimeException error, IReadOnlyList<ModuleNames> names)
    {
        if (services.Audit is { LogsBacktraces: true } audit)
        {
            audit.Backtrace(receiver.Self.Id, GuestBacktrace.Of(error, names));
        }
    }

    /// <summary>Makes a fresh instance, while the ticker keeps its load budget.</summary>
    /// <exception cref="ComponentLoadException">It cannot be instantiated within its limits.</exception>
    public Guest Instantiate()
    {
        services.Ticker.Enter();
        try
        {
            return code.Instantiate(this, options.Limits);
        }
        finally
        {
            services.Ticker.Exit();
        }
    }

    /// <summary>
    /// Interrupts the instance that is being made of this version at the next tick, because it is not needed any more. No other
    /// instance of it runs.
    /// </summary>
    public void GiveUp() => _isGivenUp = true;

    /// <summary>Gives back the code, which the version does not need any more.</summary>
    public void Release() => disposed();
}
