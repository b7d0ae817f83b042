using FireAndForget.Wording;

namespace FireAndForget;

/// <summary>What an endpoint accepts. It may send to everybody who receives from it.</summary>
public sealed class MessagingEndpointOptions : ReceiverOptions
{
    /// <summary>
    /// How many messages an asynchronous handler is given at a time, 1 to 1,024. Default 1. With more, the messages of each sender are
    /// still handled one at a time and in order; those of different senders may overtake each other.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int MaxConcurrency
    {
        get;
        set => field = Check.Range(value, 1, 1024, "messages");
    } = 1;

    /// <summary>
    /// How long an asynchronous handler may take for a message before its token is cancelled, by the host's
    /// <see cref="MessagingHostOptions.TimeProvider"/>; <see cref="TimeSpan.Zero"/>, the default: no limit. The message is
    /// <see cref="Outcome.TimedOut"/> when the handler then ends with an exception. One that takes no notice of its token keeps its
    /// endpoint's other messages waiting.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or more than 365 days.</exception>
    public TimeSpan HandlerTimeout
    {
        get;
        set => field = Check.Time(value, TimeSpan.Zero);
    }

    /// <summary>
    /// How many of its own requests may be open at a time, 0 to 1,000,000: each has room for its reply, beside the mailbox. Default 1,024.
    /// Beyond, a request is <see cref="SendStatus.QueueFull"/>. See
    /// <see cref="MessagingEndpoint.RequestAsync(string, ReadOnlySpan{byte}, TimeSpan, CancellationToken)"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int OpenRequests
    {
        get;
        set => field = Check.Range(value, 0, LimitOptions.MostOpenRequests, "requests");
    } = 1024;

    /// <summary>
    /// How many of its later messages may wait (<see cref="MessagingEndpoint.SendLater"/>), 0 to 1,000,000; 64 MiB of them in any case.
    /// Default 10,000. Beyond, a later message is <see cref="SendStatus.QueueFull"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int LaterMessages
    {
        get;
        set => field = Check.Range(value, 0, LimitOptions.MostLaterMessages, "messages");
    } = 10_000;

    /// <summary>The options as a person reads them, in a line.</summary>
    public override string ToString() =>
        ValueText.Of(
            (nameof(ReceivesFrom), Senders),
            (nameof(SubscribesTo), SubscribesTo),
            (nameof(Codecs), (object?)Codecs ?? "any"),
            (nameof(MaxMessageBytes), MaxMessageBytes),
            (nameof(Mailbox), Mailbox),
            (nameof(MaxConcurrency), MaxConcurrency),
            (nameof(HandlerTimeout), HandlerTimeout),
            (nameof(OpenRequests), OpenRequests),
            (nameof(LaterMessages), LaterMessages)
        );

    /// <summary>A copy of its own for a host, in which every value was checked.</summary>
    /// <exception cref="ArgumentException">A value is not valid.</exception>
    internal MessagingEndpointOptions Snapshot()
    {
        var copy = (MessagingEndpointOptions)MemberwiseClone();
        copy.CopyShared();
        return copy;
    }

    /// <summary>These options with other subscriptions.</summary>
    internal MessagingEndpointOptions With(IReadOnlyList<string> subscriptions)
    {
        var options = (MessagingEndpointOptions)MemberwiseClone();
        options.SubscribesTo = [.. subscriptions];
        return options;
    }

    /// <summary>Refuses what only an endpoint with a handler can have.</summary>
    /// <exception cref="ArgumentException">It subscribes to topics.</exception>
    internal void CheckOnlySends()
    {
        if (SubscribesTo.Count != 0)
        {
            throw new ArgumentException(
                $"{nameof(SubscribesTo)} is for endpoints that receive; add the endpoint with a handler, or leave it out.",
                nameof(SubscribesTo)
            );
        }
    }

    /// <summary>Refuses what only an asynchronous handler can have.</summary>
    /// <exception cref="ArgumentException">Such an option is not its default.</exception>
    internal void CheckSynchronous()
    {
        if (MaxConcurrency != 1 || HandlerTimeout != TimeSpan.Zero)
        {
            string name = MaxConcurrency != 1 ? nameof(MaxConcurrency) : nameof(HandlerTimeout);
            throw new ArgumentException(
                $"{name} is for asynchronous handlers; give the endpoint one, or leave it out.",
                name
            );
        }
    }
}
