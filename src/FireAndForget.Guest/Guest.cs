namespace FireAndForget.Guests;

/// <summary>
/// What this guest does with what it is sent. Main names the handlers, once in each fresh instance, before the first message and within the
/// load budget; nothing can be sent there yet. A library without a Main does so in a method with
/// <see cref="System.Runtime.CompilerServices.ModuleInitializerAttribute"/>.
/// </summary>
/// <remarks>
/// A handler runs for one message at a time, within the message's budget, and an asynchronous one is waited for. An exception other than
/// <see cref="MessageRejectedException"/> ends the guest. There is one thread: what is left to the thread pool or a timer runs when a handler
/// awaits it, or before the message's end where it is due by then.
/// </remarks>
public static class Guest
{
    private static string? _id;

    internal static Func<ReceivedMessage, Task?>? MessageHandler { get; private set; }

    internal static Func<ReceivedMessage, Task?>? TopicHandler { get; private set; }

    internal static Func<ReceivedMessage, Task<Answer>>? RequestHandler { get; private set; }

    /// <summary>The id under which the host registered this guest.</summary>
    public static string Id => _id ??= HostImports.SelfId();

    /// <summary>
    /// The number of the message that is being handled, unique for its sender and this guest; the same when it is delivered again.
    /// </summary>
    public static long MessageNumber => HostImports.MessageNumber();

    /// <summary>Names the handler of messages. Without one messages are rejected.</summary>
    /// <param name="handler">It handles one message.</param>
    /// <exception cref="ArgumentNullException">The handler is null.</exception>
    /// <exception cref="InvalidOperationException">There is one already.</exception>
    public static void OnMessage(Action<ReceivedMessage> handler) =>
        MessageHandler = OnlyOne(MessageHandler, WithoutTask(handler), "messages");

    /// <summary>As <see cref="OnMessage(Action{ReceivedMessage})"/>, for an asynchronous one.</summary>
    /// <param name="handler">It handles one message; the message is handled when its task ends.</param>
    /// <exception cref="ArgumentNullException">The handler is null.</exception>
    /// <exception cref="InvalidOperationException">There is one already.</exception>
    public static void OnMessage(Func<ReceivedMessage, Task> handler) =>
        MessageHandler = OnlyOne(MessageHandler, handler, "messages");

    /// <summary>Names the handler of requests. Without one requests are rejected.</summary>
    /// <param name="handler">It answers one request.</param>
    /// <exception cref="ArgumentNullException">The handler is null.</exception>
    /// <exception cref="InvalidOperationException">There is one already.</exception>
    public static void OnRequest(Func<ReceivedMessage, Answer> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        RequestHandler = OnlyOne(RequestHandler, request => Task.FromResult(handler(request)), "requests");
    }

    /// <summary>As <see cref="OnRequest(Func{ReceivedMessage, Answer})"/>, for an asynchronous one.</summary>
    /// <param name="handler">It answers one request; the request is answered when its task ends.</param>
    /// <exception cref="ArgumentNullException">The handler is null.</exception>
    /// <exception cref="InvalidOperationException">There is one already.</exception>
    public static void OnRequest(Func<ReceivedMessage, Task<Answer>> handler) =>
        RequestHandler = OnlyOne(RequestHandler, handler, "requests");

    /// <summary>
    /// Names the handler of what is published under the topics that this guest subscribes to. Without one the handler of messages gets it.
    /// </summary>
    /// <param name="handler">It handles one message, whose <see cref="ReceivedMessage.Topic"/> is not null.</param>
    /// <exception cref="ArgumentNullException">The handler is null.</exception>
    /// <exception cref="InvalidOperationException">There is one already.</exception>
    public static void OnTopic(Action<ReceivedMessage> handler) =>
        TopicHandler = OnlyOne(TopicHandler, WithoutTask(handler), "topics");

    /// <summary>As <see cref="OnTopic(Action{ReceivedMessage})"/>, for an asynchronous one.</summary>
    /// <param name="handler">It handles one message; the message is handled when its task ends.</param>
    /// <exception cref="ArgumentNullException">The handler is null.</exception>
    /// <exception cref="InvalidOperationException">There is one already.</exception>
    public static void OnTopic(Func<ReceivedMessage, Task> handler) =>
        TopicHandler = OnlyOne(TopicHandler, handler, "topics");

    /// <summary>A handler that has ended when it returns, as the others are kept: there is no task to wait for.</summary>
    private static Func<ReceivedMessage, Task?> WithoutTask(Action<ReceivedMessage> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return message =>
        {
            handler(message);
            return null;
        };
    }

    private static T OnlyOne<T>(T? known, T handler, string what)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(handler);
        return known is null
            ? handler
            : throw new InvalidOperationException($"There is a handler of {what} already. Name it once, in Main.");
    }
}
