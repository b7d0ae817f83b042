using FireAndForget.Dispatching;
using FireAndForget.Messages;
using FireAndForget.Routing;
using FireAndForget.Wording;

namespace FireAndForget;

/// <summary>
/// Hosts WebAssembly components and endpoints and carries fire-and-forget messages between them: a send is validated, queued and
/// answered for at once, and handled later, in order. All members may be used from any thread.
/// </summary>
/// <example>
/// <code>
/// await using var host = new MessagingHost();
/// host.AddComponent("mirror", "mirror.wasm", new() { SendsTo = ["client"] });
/// MessagingEndpoint client = host.AddEndpoint("client", message => Console.WriteLine($"{message.Sender}: {message.Bytes.Length} bytes"));
/// SendStatus status = client.Send("mirror", "hello"u8);
/// await host.DrainAsync();
/// </code>
/// </example>
public sealed partial class MessagingHost : IAsyncDisposable, IDisposable
{
    private readonly HostParts _host;
    private readonly HostShutdown _shutdown;

    /// <summary>
    /// The greatest number that a message to a removed receiver can have: those of the next receiver under its id begin behind it. Guarded
    /// by <see cref="HostParts.Registering"/>.
    /// </summary>
    private long _numbersBefore;

    /// <summary>Makes a host and starts its workers.</summary>
    /// <param name="options">How it runs; null: the defaults.</param>
    public MessagingHost(MessagingHostOptions? options = null)
        : this(options, fallback: null) { }

    /// <summary>Creates a host with targets beyond those that are registered with it.</summary>
    internal MessagingHost(MessagingHostOptions? options, ITargetResolver? fallback)
    {
        _host = new(this, (options ?? new()).Snapshot(), fallback);
        _shutdown = new(_host);
    }

    /// <summary>Whether the host stops or has stopped: it accepts and registers nothing any more.</summary>
    public bool IsStopping => _shutdown.HasBegun;

    /// <summary>
    /// Stops the host: nothing is accepted any more, what was accepted may be handled within
    /// <see cref="MessagingHostOptions.StopTimeout"/>, and the rest becomes <see cref="Outcome.Undeliverable"/>. A guest is then
    /// interrupted; a handler of an endpoint that does not return within <see cref="MessagingHostOptions.HandlerStopTimeout"/> is
    /// given up: its message is undeliverable too, and its thread is not waited for. The same holds for a load that has not ended 5 s later.
    /// </summary>
    /// <returns>A task that ends when everything is settled and its threads have ended, but for those that were given up.</returns>
    public ValueTask DisposeAsync() => new(StopAsync());

    /// <summary>As <see cref="DisposeAsync"/>, and waits for it on this thread. A handler must not call it: it would wait for itself.</summary>
    public void Dispose() => StopAsync().GetAwaiter().GetResult();

    /// <summary>As <see cref="DisposeAsync"/>, with a token that ends the time for accepted messages early.</summary>
    /// <param name="cancellationToken">
    /// When it is cancelled, what still waits becomes <see cref="Outcome.Undeliverable"/> at once, as when the time is up.
    /// </param>
    /// <returns>A task that ends when everything is settled and the host's threads have ended. It is never cancelled.</returns>
    public Task StopAsync(CancellationToken cancellationToken = default) =>
        _shutdown.StopAsync(_host.Options.StopTimeout, cancellationToken);

    /// <summary>As <see cref="DisposeAsync"/>, with a time of its own.</summary>
    /// <param name="timeout">How long accepted messages may still be handled; zero: not at all.</param>
    /// <param name="cancellationToken">
    /// When it is cancelled, what still waits becomes <see cref="Outcome.Undeliverable"/> at once, as when the time is up.
    /// </param>
    /// <returns>A task that ends when everything is settled and the host's threads have ended. It is never cancelled.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public Task StopAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
        return _shutdown.StopAsync(timeout, cancellationToken);
    }

    /// <summary>The host in a line, for a person: the ids of its components and endpoints, and its statistics.</summary>
    public override string ToString() =>
        ValueText.Of(
            (nameof(Components), Components.Select(component => component.Id).Order(StringComparer.Ordinal)),
            (nameof(Endpoints), Endpoints.Select(endpoint => endpoint.Id).Order(StringComparer.Ordinal)),
            (nameof(Statistics), Statistics)
        );

    /// <summary>The parts, for tests and measurements.</summary>
    internal HostParts Parts => _host;

    /// <summary>Every receiver that may still have messages to settle; none when the host has stopped.</summary>
    internal IReadOnlyList<Receiver> Receivers => _host.Accounts.Receivers;

    /// <summary>How many ids of senders are kept.</summary>
    internal int SenderCount => _host.Services.Directory.Count;

    internal TimeProvider TimeProvider => _host.Options.TimeProvider;

    private void ThrowIfStopping() => ObjectDisposedException.ThrowIf(_shutdown.HasBegun, this);

    private void CheckFree(string id)
    {
        MessageId.Check(id, nameof(id));
        ThrowIfStopping();
        if (_host.Registry.Contains(id))
        {
            throw new ArgumentException(
                $"'{id}' is registered already; remove it first, or take another id.",
                nameof(id)
            );
        }
    }

    /// <summary>The component or endpoint that is registered under an id; null where there is none.</summary>
    private object? FindHandle(string id) =>
        _host.Registry.TryGet(id, out Participant? participant) ? (participant.Target as Receiver)?.Handle : null;

    private IEnumerable<T> HandlesOf<T>() =>
        _host.Registry.Participants.Select(p => (p.Target as Receiver)?.Handle).OfType<T>();

    /// <summary>Registers all of the receivers or, where an id is taken, none.</summary>
    private void Register(params ReadOnlySpan<Receiver> receivers)
    {
        _host.LookWhoListens();
        lock (_host.Registering)
        {
            foreach (Receiver receiver in receivers)
            {
                CheckFree(receiver.Self.Id);
            }

            foreach (Receiver receiver in receivers)
            {
                receiver.Self.Target = receiver;
                receiver.NumbersBefore = _numbersBefore;
                _host.Accounts.Add(receiver);
                _host.Registry.TryAdd(receiver.Self);
            }
        }
    }
}
