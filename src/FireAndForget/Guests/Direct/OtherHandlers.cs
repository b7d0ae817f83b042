using FireAndForget.Guests.Calls;
using FireAndForget.Guests.Decoding;
using Wasmtime;

namespace FireAndForget.Guests.Direct;

/// <summary>An instance's handlers of requests, replies and topics, which the host calls itself; null where it has none.</summary>
internal sealed class OtherHandlers
{
    private static readonly Action<int> Nothing = _ => { };

    public OtherHandlers(DirectPlan plan, Func<CoreItem, Function> functionOf)
    {
        if (plan.Responder is { } responder)
        {
            HandleRequest = functionOf(responder.Function).WrapFunc<int, int, int, int, int>()!;
            EndRequest = PostReturn(responder, functionOf);
        }

        if (plan.ReplyHandler is { } replies)
        {
            HandleReply = functionOf(replies.Function).WrapAction<long, int, int, int>()!;
            EndReply = replies.PostReturn is null ? null : functionOf(replies.PostReturn).WrapAction()!;
        }

        if (plan.TopicHandler is { } topics)
        {
            HandleTopic = functionOf(topics.Function).WrapFunc<int, int, int, int, int, int, int>()!;
            EndTopic = PostReturn(topics, functionOf);
        }
    }

    public Func<int, int, int, int, int>? HandleRequest { get; }

    /// <summary>The post-return of <see cref="HandleRequest"/>.</summary>
    public Action<int> EndRequest { get; } = Nothing;

    public Action<long, int, int, int>? HandleReply { get; }

    /// <summary>The post-return of <see cref="HandleReply"/>; null: it has none.</summary>
    public Action? EndReply { get; }

    public Func<int, int, int, int, int, int, int>? HandleTopic { get; }

    /// <summary>The post-return of <see cref="HandleTopic"/>.</summary>
    public Action<int> EndTopic { get; } = Nothing;

    private static Action<int> PostReturn(PlannedHandler handler, Func<CoreItem, Function> functionOf) =>
        handler.PostReturn is null ? Nothing : functionOf(handler.PostReturn).WrapAction<int>()!;
}
