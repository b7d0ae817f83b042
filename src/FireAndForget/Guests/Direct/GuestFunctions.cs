using FireAndForget.Guests.Calls;
using FireAndForget.Guests.Decoding;
using Wasmtime;

namespace FireAndForget.Guests.Direct;

/// <summary>
/// The functions of an instance that the host calls itself instead of the courier: its handlers, each with its post-return.
/// </summary>
internal sealed class GuestFunctions
{
    public GuestFunctions(Store store, DirectPlan plan, Func<CoreItem, Function> functionOf)
    {
        Realloc = new(store, functionOf(plan.Realloc), parameters: 4, results: 1);
        if (plan.HandlesMessages)
        {
            HandleMessage = new(store, functionOf(plan.HandleMessage), parameters: 4, results: 1);
            EndMessage = PostReturn(plan.PostReturn, parameters: 1);
        }

        if (plan.Responder is { } responder)
        {
            HandleRequest = new(store, functionOf(responder.Function), parameters: 4, results: 1);
            EndRequest = PostReturn(responder.PostReturn, parameters: 1);
        }

        if (plan.ReplyHandler is { } replies)
        {
            HandleReply = new(store, functionOf(replies.Function), parameters: 4, results: 0);
            EndReply = PostReturn(replies.PostReturn, parameters: 0);
        }

        if (plan.TopicHandler is { } topics)
        {
            HandleTopic = new(store, functionOf(topics.Function), parameters: 6, results: 1);
            EndTopic = PostReturn(topics.PostReturn, parameters: 1);
        }

        if (plan.IncomingHandler is { } incoming)
        {
            HandleIncoming = new(store, functionOf(incoming.Function), parameters: 1, results: 1);
            EndIncoming = PostReturn(incoming.PostReturn, parameters: 1);
        }

        NativeFunction PostReturn(CoreItem? function, int parameters) =>
            function is null ? default : new(store, functionOf(function), parameters, results: 0);
    }

    public NativeFunction Realloc { get; }

    public NativeFunction HandleMessage { get; }

    public NativeFunction EndMessage { get; }

    public NativeFunction HandleRequest { get; }

    public NativeFunction EndRequest { get; }

    public NativeFunction HandleReply { get; }

    public NativeFunction EndReply { get; }

    public NativeFunction HandleTopic { get; }

    public NativeFunction EndTopic { get; }

    public NativeFunction HandleIncoming { get; }

    public NativeFunction EndIncoming { get; }
}
