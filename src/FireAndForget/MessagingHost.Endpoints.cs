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
    /// <exception cref="ArgumentException">The id is not valid or is taken, or an option is not valid.</exception>
    /// <exception cref="ObjectDisposedException">The host stops or has stopped.</exception>
    public MessagingEndpoint AddEndpoint(
        string id,
        MessageHandler? handler = null,
        MessagingEndpointOptions? options = null
    )
    {
        CheckFree(id);
        return Register(MakeEndpoint(id, handler, null, (options ?? new()).Snapshot()));
    }

    /// <summary>Registers an endpoint whose handler is asynchronous: a sender and receiver.</summary>
    /// <param name="id">Its id: 1 to 128 characters of a-z, 0-9, '-', '_', '.', '/', starting with a letter or digit.</param>
    /// <param name="handler">
    /// Called for each message to it, in order and one at a time; with <see cref="MessagingEndpointOptions.MaxConcurrency"/> several
    /// at a time, and those of each sender in order. It is called on the thread pool, in manual mode on the thread that pumps.
    /// </param>
    /// <param name="options">What it accepts, and how its handler is called; null: the defaults.</param>
    /// <returns>The endpoint.</returns>
    /// <exception cref="ArgumentNullException">The handler is null.</exception>
    /// <exception cref="ArgumentException">The id is not valid or is taken, or an option is not valid.</exception>
    /// <exception cref="ObjectDisposedException">The host stops or has stopped.</exception>
    public MessagingEndpoint AddEndpoint(
        string id,
        AsyncMessageHandler handler,
        MessagingEndpointOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(handler);
        return AddAsynchronous(id, handler, null, options);
    }

    /// <summary>Registers an endpoint that answers requests, and may handle messages too.</summary>
    /// <param name="id">Its id: 1 to 128 characters of a-z, 0-9, '-', '_', '.', '/', starting with a letter or digit.</param>
    /// <param name="answering">Answers each request to it, one at a time and in order with its other messages.</param>
    /// <param name="handler">Called for each message to it that is no request; null: those are <see cref="Outcome.Rejected"/>.</param>
    /// <param name="options">What it accepts; null: the defaults.</param>
    /// <returns>The endpoint.</returns>
    /// <exception cref="ArgumentNullException">The handler of requests is null.</exception>
    /// <exception cref="ArgumentException">The id is not valid or is taken, or an option is not valid.</exception>
    /// <exception cref="ObjectDisposedException">The host stops or has stopped.</exception>
    public MessagingEndpoint AddEndpoint(
        string id,
        RequestHandler answering,
        MessageHandler? handler = null,
        MessagingEndpointOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(answering);
        CheckFree(id);
        return Register(MakeEndpoint(id, handler, answering, (options ?? new()).Snapshot()));
    }

    /// <summary>As <see cref="AddEndpoint(string, RequestHandler, MessageHandler?, MessagingEndpointOptions?)"/>, with asynchronous handlers.</summary>
    /// <param name="id">Its id: 1 to 128 characters of a-z, 0-9, '-', '_', '.', '/', starting with a letter or digit.</param>
    /// <param name="answering">Answers each request to it; called as the handler of <see cref="AddEndpoint(string, AsyncMessageHandler, MessagingEndpointOptions?)"/>.</param>
    /// <param name="handler">Called for each message to it that is no request; null: those are <see cref="Outcome.Rejected"/>.</param>
    /// <param name="options">What it accepts, and how its handlers are called; null: the defaults.</param>
    /// <returns>The endpoint.</returns>
    /// <exception cref="ArgumentNullException">The handler of requests is null.</exception>
    /// <exception cref="ArgumentException">The id is not valid or is taken, or an option is not valid.</exception>
    /// <exception cref="ObjectDisposedException">The host stops or has stopped.</exception>
    public MessagingEndpoint AddEndpoint(
        string id,
        AsyncRequestHandler answering,
        AsyncMessageHandler? handler = null,
        MessagingEndpointOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(answering);
        return AddAsynchronous(id, handler, answering, options);
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

    private MessagingEndpoint AddAsynchronous(
        string id,
        AsyncMessageHandler? handler,
        AsyncRequestHandler? answering,
        MessagingEndpointOptions? options
    )
    {
        CheckFree(id);
        MessagingEndpointOptions own = (options ?? new()).Snapshot();
        Participant self = MakeParticipant(id, own, onlySends: false);
        return Register(
            MakeEndpoint(self, own, new AsyncEndpointReceiver(self, own, handler, answering, _host.Services))
        );
    }

    private MessagingEndpoint Register(MessagingEndpoint endpoint)
    {
        Register(endpoint.Receiver);
        _host.Audit?.EndpointAdded(endpoint.Id);
        return endpoint;
    }

    private MessagingEndpoint MakeEndpoint(
        string id,
        MessageHandler? handler,
        RequestHandler? answering,
        MessagingEndpointOptions options
    )
    {
        bool onlySends = handler is null && answering is null;
        options.CheckSynchronous();
        if (onlySends)
        {
            options.CheckOnlySends();
            options.ReceivesFrom = [];
        }

        Participant self = MakeParticipant(id, options, onlySends);
        return MakeEndpoint(
            self,
            options,
            new EndpointReceiver(self, options.Mailbox, handler, answering, _host.Services)
        );
    }

    private MessagingEndpoint MakeEndpoint(Participant self, MessagingEndpointOptions options, Receiver receiver)
    {
        OpenRequests requests = new(
            self,
            options.OpenRequests,
            receiver.Ledger,
            _host.Services.Deadlines,
            _host.Events
        );
        receiver.SentRequests = requests;
        return new(
            this,
            receiver,
            new(_host.Registry, self, _host.Events, _host.Audit)
            {
                Requests = requests,
                Later = new(_host.Services.Later, receiver.Ledger, () => options.LaterMessages),
            }
        );
    }

    private Participant MakeParticipant(string id, MessagingEndpointOptions options, bool onlySends) =>
        new(id, _host.Services.Directory.NumberOf(id), ["*"], options, allowance: null, publishesTo: ["*"])
        {
            OnlySends = onlySends,
        };
}
