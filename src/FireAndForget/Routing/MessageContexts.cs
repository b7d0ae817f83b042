using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using FireAndForget.Diagnostics;
using FireAndForget.Messages;

namespace FireAndForget.Routing;

/// <summary>
/// The contexts of the messages that have one. A context begins with the send (<see cref="TryBegin"/>) and ends with the message's
/// outcome (<see cref="End"/>), or with the send where that was refused. In between the message's slot carries the context's
/// number in place of its sender's, so that slots need no room for it and a message without a context pays nothing.
/// </summary>
/// <param name="sampling">Decides which messages get one, and observes them.</param>
/// <param name="time">The host's clock.</param>
internal sealed class MessageContexts(MessageSampling sampling, TimeProvider time)
{
    /// <summary>The most contexts at a time; beyond it no message gets one.</summary>
    private const int Most = 4096;

    /// <summary>A bit less than there is room for: no origin is the greatest number, which readers take for none.</summary>
    private const uint NumberMask = (1u << 30) - 1;

    private readonly ConcurrentDictionary<uint, MessageContext> _contexts = new();
    private int _count;
    private uint _last;

    /// <summary>Whether messages may get a context: their sends have to ask.</summary>
    public bool IsOn => sampling.IsOn;

    /// <summary>Begins a context for a send's message, where it is to have one.</summary>
    /// <param name="sender">The sender.</param>
    /// <param name="target">The target's id; null where there is no such target.</param>
    /// <param name="length">The message's length in bytes.</param>
    /// <param name="sends">The sender's count of its sends.</param>
    /// <returns>The context; null where there is none, also where a clock or listener threw.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever a clock or listener throws, the send goes on.")]
    public MessageContext? TryBegin(Participant sender, string? target, int length, ref int sends)
    {
        try
        {
            return Begin(sender, target, length, isItsTurn: (uint)sends++ % MessageSampling.Every == 0);
        }
        catch (Exception)
        {
            return null;
        }
    }

    /// <summary>The send was answered; the context of a refused message ends. What was accepted may have its outcome already.</summary>
    public void EndSend(MessageContext context, SendStatus status)
    {
        bool isAccepted = status == SendStatus.Accepted;
        MessageTraces.End(context.Send, isAccepted ? null : TelemetryNames.Of(status), "");
        if (!isAccepted)
        {
            TryRemove(context.Origin, out _);
        }
    }

    /// <summary>The sender of a message whose context has not ended.</summary>
    public Participant SenderOf(uint origin) => _contexts[origin].Sender;

    /// <summary>A message is handled next, on this thread.</summary>
    /// <returns>Its sender.</returns>
    public Participant BeginHandling(uint origin, string target)
    {
        MessageContext context = _contexts[origin];
        if (context.Send is not null)
        {
            context.Handling ??= MessageTraces.StartProcess(context, target);
        }

        return context.Sender;
    }

    /// <summary>A message has its outcome, and its context ends; nothing happens where it ended before.</summary>
    public void End(uint origin, string target, Outcome outcome, string reason = "")
    {
        if (TryRemove(origin, out MessageContext? context))
        {
            sampling.Observe(context, target, outcome, reason);
        }
    }

    private MessageContext? Begin(Participant sender, string? target, int length, bool isItsTurn)
    {
        if (Volatile.Read(ref _count) >= Most)
        {
            return null;
        }

        bool isTimed = isItsTurn && sampling.IsTimed;
        TraceBudget? budget = null;
        Activity? send = MessageTraces.HasListeners
            ? MessageTraces.StartSend(sender.Id, target, length, isItsTurn, out budget)
            : null;
        if (!isTimed && send is null)
        {
            return null;
        }

        MessageContext context = new()
        {
            Origin = MessageOrigin.ContextFlag | (Interlocked.Increment(ref _last) & NumberMask),
            Sender = sender,
            Length = length,
            Sent = time.GetTimestamp(),
            IsTimed = isTimed,
            Send = send,
            Budget = budget ?? new(),
        };
        if (!_contexts.TryAdd(context.Origin, context))
        {
            MessageTraces.End(send, null, "");
            return null;
        }

        Interlocked.Increment(ref _count);
        return context;
    }

    private bool TryRemove(uint origin, [NotNullWhen(true)] out MessageContext? context)
    {
        bool removed = _contexts.TryRemove(origin, out context);
        if (removed)
        {
            Interlocked.Decrement(ref _count);
        }

        return removed;
    }
}
