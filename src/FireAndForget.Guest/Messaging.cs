using System.Text;

namespace FireAndForget.Guests;

/// <summary>
/// What a guest can send. Each call returns at once with what the host answers; nothing may be sent from Main, which traps. Where the
/// answer is not <see cref="SendStatus.Accepted"/> nothing was queued.
/// </summary>
public static class Messaging
{
    private static readonly Dictionary<long, Action<Reply>> Requests = [];

    /// <summary>Queues a message and returns without waiting for it to be handled.</summary>
    /// <param name="target">The receiver's id.</param>
    /// <param name="message">The bytes, which are copied.</param>
    /// <returns><see cref="SendStatus.Accepted"/>, or why the host refused the message.</returns>
    /// <exception cref="ArgumentNullException">The target is null.</exception>
    public static SendStatus Send(string target, ReadOnlySpan<byte> message)
    {
        ArgumentNullException.ThrowIfNull(target);
        return HostImports.Send(target, message);
    }

    /// <summary>As <see cref="Send(string, ReadOnlySpan{byte})"/>, with a text in UTF-8.</summary>
    /// <param name="target">The receiver's id.</param>
    /// <param name="text">The text.</param>
    /// <returns><see cref="SendStatus.Accepted"/>, or why the host refused the message.</returns>
    /// <exception cref="ArgumentNullException">The target or the text is null.</exception>
    public static SendStatus Send(string target, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Send(target, Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Queues a message for every subscriber of a topic.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="message">The bytes, which are copied.</param>
    /// <param name="accepted">For how many subscribers it was queued.</param>
    /// <returns><see cref="SendStatus.Accepted"/>, or why the host refused the message for every subscriber.</returns>
    /// <exception cref="ArgumentNullException">The topic is null.</exception>
    public static SendStatus Publish(string topic, ReadOnlySpan<byte> message, out int accepted)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return HostImports.Publish(topic, message, out accepted);
    }

    /// <summary>
    /// Sends a request and returns at once. The reply comes as a message of its own, after this one: a handler cannot wait for it.
    /// </summary>
    /// <param name="target">Who is asked.</param>
    /// <param name="message">The bytes, which are copied.</param>
    /// <param name="timeout">How long the answer may take, in whole milliseconds; <see cref="TimeSpan.Zero"/>: the host's default.</param>
    /// <param name="handler">Called once with the answer, or with why there is none; not where the request was refused or cancelled.</param>
    /// <param name="request">The request's number, for <see cref="CancelRequest"/>; 0 where it was refused.</param>
    /// <returns><see cref="SendStatus.Accepted"/>, or why the host refused the request.</returns>
    /// <exception cref="ArgumentNullException">The target or the handler is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative, or longer than 49 days.</exception>
    public static SendStatus Request(
        string target,
        ReadOnlySpan<byte> message,
        TimeSpan timeout,
        Action<Reply> handler,
        out long request
    )
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(timeout, TimeSpan.FromMilliseconds(uint.MaxValue));
        SendStatus status = HostImports.Request(target, message, (uint)timeout.TotalMilliseconds, out request);
        if (status == SendStatus.Accepted)
        {
            Requests.Add(request, handler);
        }

        return status;
    }

    /// <summary>As <see cref="Request(string, ReadOnlySpan{byte}, TimeSpan, Action{Reply}, out long)"/>, for one that is not cancelled.</summary>
    /// <param name="target">Who is asked.</param>
    /// <param name="message">The bytes, which are copied.</param>
    /// <param name="timeout">How long the answer may take, in whole milliseconds; <see cref="TimeSpan.Zero"/>: the host's default.</param>
    /// <param name="handler">Called once with the answer, or with why there is none; not where the request was refused.</param>
    /// <returns><see cref="SendStatus.Accepted"/>, or why the host refused the request.</returns>
    /// <exception cref="ArgumentNullException">The target or the handler is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative, or longer than 49 days.</exception>
    public static SendStatus Request(
        string target,
        ReadOnlySpan<byte> message,
        TimeSpan timeout,
        Action<Reply> handler
    ) => Request(target, message, timeout, handler, out _);

    /// <summary>Cancels a request, so that its handler is not called any more.</summary>
    /// <param name="request">Its number.</param>
    /// <returns>Whether it was open.</returns>
    public static bool CancelRequest(long request) => Requests.Remove(request) && HostImports.CancelRequest(request);

    /// <summary>Has the host send a message after a delay.</summary>
    /// <param name="target">The receiver's id.</param>
    /// <param name="message">The bytes, which are copied.</param>
    /// <param name="delay">The delay, in whole milliseconds.</param>
    /// <param name="later">The number under which it can be cancelled; 0 where it was refused.</param>
    /// <returns><see cref="SendStatus.Accepted"/>, or why the host refused the message.</returns>
    /// <exception cref="ArgumentNullException">The target is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative.</exception>
    public static SendStatus SendLater(string target, ReadOnlySpan<byte> message, TimeSpan delay, out long later)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        return HostImports.SendLater(target, message, (long)delay.TotalMilliseconds, out later);
    }

    /// <summary>Cancels a later message, so that it is not sent.</summary>
    /// <param name="later">Its number.</param>
    /// <returns>Whether it was still waiting.</returns>
    public static bool CancelLater(long later) => HostImports.CancelLater(later);

    /// <summary>Calls the handler of a request with its reply; a cancelled request has none.</summary>
    internal static void TakeReply(long request, Reply reply)
    {
        if (Requests.Remove(request, out Action<Reply>? handler))
        {
            handler(reply);
        }
    }
}
