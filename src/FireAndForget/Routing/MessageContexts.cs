using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using FireAndForget.Diagnostics;
using FireAndForget.Messages;

namespace FireAndForget.Routing;

/// <summary>
/// The contexts of the messages that have one: those that metrics or traces are recorded of, and those whose outcome somebody
/// waits for. A context begins with the send (<see cref="TryBegin"/>) and ends with the message's
/// outcome (<see cref="End"/>), or with the send where that was refused. In between the message's slot carries the context's
/// number in place of its sender's, so that slots need no room for it and a message without a context pays nothing.
/// </summary>
/// <param name="sampling">Decides which messages are observed, and observes them.</param>
/// <param name="time">The host's clock.</param>
internal sealed class MessageContexts(MessageSampling sampling, TimeProvider time)
{
    /// <summary>The most messages that are observed at a time; beyond it no other is.</summary>
    private const int Most = 4096;

    /// <summary>A bit less than there is room for: no origin is the greatest number, which readers take for none.</summary>
    private const uint NumberMask = (1u << 30) - 1;

    private readonly ConcurrentDictionary<uint, MessageContext> _contexts = new();
    private int _observed;
    private uint _last;

    /// <summary>Whether messages may be observed: their sends have to ask for a context.</summary>
    public bool IsOn => sampling.IsOn;

    /// <summary>Begins a context for a send's message, where it is to have one.</summary>
    /// <param name="sender">The sender.</param>
    /// <param name="target">The target's id; null where there is no such target.</param>
    /// <param name="length">The message's length in bytes.</param>
    /// <param name="listener">Waits for the message's outcome, and so it has a context in any case; null: nobody does.</param>
    /// <param name="sends">The sender's count of its sends.</param>
    /// <returns>The context; null where there is none.</returns>
    public MessageContext? TryBegin(
        Participant sender,
        string? target,
        int length,
        OutcomeListener? listener,
        ref int sends
    )
    {
        bool isTimed = false;
        long sent = 0;
        TraceBudget? budget = null;
        Activity? send = null;
        if (IsOn && Volatile.Read(ref _observed) < Most)
        {
            Observe(
                sender.Id,
                target,
                length,
                isItsTurn: (uint)sends++ % MessageSampling.Every == 0,
                out isTimed,
                out sent,
                out budget,
                out send
            );
        }

        if (!isTimed && send is null && listener is null)
        {
            return null;
        }

        while (true)
        {
            MessageContext context = new()
            {
                Origin = MessageOrigin.ContextFlag | (Interlocked.Increment(ref _last) & NumberMask),
                Sender = sender,
                Length = length,
                Sent = sent,
                IsTimed = isTimed,
                Send = send,
                Budget = budget,
                Listener = listener,
            };
            // Numbers come again in time, and the one before may still be in use.
            if (_contexts.TryAdd(context.Origin, context))
            {
                if (context.IsObserved)
                {
                    Interlocked.Increment(ref _observed);
                }

                return context;
            }
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

    /// <summary>The context of a message, which has not ended.</summary>
    public MessageContext Of(uint origin) => _contexts[origin];

    /// <summary>Whether a message whose context has not ended is a request.</summary>
    public bool IsRequest(uint origin) => _contexts[origin].Request is not null;

    /// <summary>A request whose context has not ended.</summary>
    public RequestListener RequestOf(uint origin) => _contexts[origin].Request!;

    /// <summary>A message is handled next, on this thread.</summary>
    /// <returns>What is known of it.</returns>
    public MessageContext BeginHandling(uint origin, string target)
    {
        MessageContext context = _contexts[origin];
        if (context.Send is not null)
        {
            context.Handling ??= MessageTraces.StartProcess(context, target);
        }

        return context;
    }

    /// <summary>A message has its outcome, and its context ends; nothing happens where it ended before.</summary>
    public void End(uint origin, string target, long number, Outcome outcome, string reason = "")
    {
        if (TryRemove(origin, out MessageContext? context))
        {
            if (context.IsObserved)
            {
                sampling.Observe(context, target, outcome, reason);
            }

            context.Listener?.Settled(outcome, reason, number);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a clock or listener throws, the send goes on.")]
    private void Observe(
        string sender,
        string? target,
        int length,
        bool isItsTurn,
        out bool isTimed,
        out long sent,
        out TraceBudget? budget,
        out Activity? send
    )
    {
        isTimed = false;
        sent = 0;
        budget = null;
        send = null;
        try
        {
            sent = time.GetTimestamp();
            isTimed = isItsTurn && sampling.IsTimed;
            send = MessageTraces.HasListeners
                ? MessageTraces.StartSend(sender, target, length, isItsTurn, out budget)
                : null;
        }
        catch (Exception)
        {
            // Then it is not observed, or not timed.
        }
    }

    private bool TryRemove(uint origin, [NotNullWhen(true)] out MessageContext? context)
    {
        bool removed = _contexts.TryRemove(origin, out context);
        if (removed && context!.IsObserved)
        {
            Interlocked.Decrement(ref _observed);
        }

        return removed;
    }
}
