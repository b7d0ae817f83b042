using System.Diagnostics.CodeAnalysis;
using FireAndForget.Dispatching;
using FireAndForget.Routing;

namespace FireAndForget;

// Endpoints: the .NET side of messages.
public sealed partial class MessagingHost
{
    /// <summary>The endpoints that are registered now, in no order.</summary>
    public IReadOnlyCollection<MessagingEndpoint> Endpoints => [.. HandlesOf<MessagingEndpoint>()];

    /// <summary>Registers an endpoint: a sender, and with a handler also a receiver.</summary>
    /// <param name="id">Its id: 1 to 128 characters of a-z, 0-9, '-', '_', '.', '/', starting with a letter or digit.</param>
    /// <param name="handler">Called for each message to it, one at a time and in order; null: nobody may send to it.</param>
    /// <param name="options">What it accepts; null: the defaults.</param>
    /// <returns>The endpoint.</returns>
    /// <exception cref="ArgumentException">The id is none, or is taken, or an option is not as it may be.</exception>
    /// <exception cref="ObjectDisposedException">The host was disposed of.</exception>
    public MessagingEndpoint AddEndpoint(
        string id,
        MessageHandler? handler = null,
        MessagingEndpointOptions? options = null
    )
    {
        CheckFree(id);
        MessagingEndpoint endpoint = MakeEndpoint(id, handler, (options ?? new()).Snapshot());
        Register(endpoint.Receiver);
        _host.Audit?.EndpointAdded(id);
        return endpoint;
    }

    /// <summary>Finds an endpoint.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <returns>Whether an endpoint is registered under the id.</returns>
    /// <exception cref="ArgumentNullException">The id is null.</exception>
    public bool TryGetEndpoint(string id, [NotNullWhen(true)] out MessagingEndpoint? endpoint)
    {
        ArgumentNullException.ThrowIfNull(id);
        endpoint = FindHandle(id) as MessagingEndpoint;
        return endpoint is not null;
    }

    private MessagingEndpoint MakeEndpoint(string id, MessageHandler? handler, MessagingEndpointOptions options)
    {
        if (handler is null)
        {
            options.ReceivesFrom = [];
        }

        Participant self = new(id, _host.Services.Directory.NumberOf(id), ["*"], options, allowance: null)
        {
            OnlySends = handler is null,
        };
        return new(this, new EndpointReceiver(self, options.Mailbox, handler ?? (_ => { }), _host.Services));
    }
}
