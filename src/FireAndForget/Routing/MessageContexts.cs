using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
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

    /// <summary>
    /// How many messages may have a context at a time. An origin has as many values for places; its other bits tell successive uses
    /// of a place apart.
    /// </summary>
    private const int Room = 1 << IndexBits;
    private const int IndexBits = 24;
    private const uint IndexMask = Room - 1;

    private const int None = -1;

    /// <summary>How many contexts are kept to be used again. Those that a burst added beyond this are freed.</summary>
    private const int MostKept = 1 << 12;

    /// <summary>
    /// The bits of an origin that a context's number may use. They are fewer than there is room for, so that no origin is the
    /// greatest number, which readers take for "none".
    /// </summary>
    private const uint NumberMask = (1u << 29) - 1;

    /// <summary>Guards which place belongs to which message.</summary>
    private readonly Lock _lock = new();

    /// <summary>Places whose contexts belong to no message.</summary>
    private readonly Stack<int> _free = [];

    /// <summary>The contexts by their places; null where there is none now.</summary>
    private volatile MessageContext?[] _contexts = [];
    private int _used;

    /// <summary>One more free place with its context, which is taken without the lock; or <see cref="None"/>.</summary>
    private int _spare = None;
    private int _observed;

    /// <summary>Whether messages may be observed: their sends have to ask for a context.</summary>
    public bool IsOn => sampling.IsOn;

    /// <summary>Begins a context for a send's message, where it is to have one.</summary>
    /// <param name="sender">The sender.</param>
    /// <param name="target">The target's id; null where there is no such target.</param>
    /// <param name="length">The message's length in bytes.</param>
    /// <param name="listener">Waits for the message's outcome, and so it has a context in any case; null: nobody does.</param>
    /// <param name="sends">The sender's count of its sends.</param>
    /// <param name="publication">What it is published as; null: it is not.</param>
    /// <returns>The context; null where there is none.</returns>
    public MessageContext? TryBegin(
        Participant sender,
        string? target,
        int length,
        OutcomeListener? listener,
        ref int sends,
        Publication? publication = null
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

        uint flags = MessageOrigin.ContextFlag | (publication is null ? 0 : MessageOrigin.TopicFlag);
        if (!TryTakePlace(out int place))
        {
            return null;
        }

        MessageContext context = _contexts[place]!;
        context.Sender = sender;
        context.Length = length;
        context.Sent = sent;
        context.IsTimed = isTimed;
        context.Send = send;
        context.Budget = budget;
        context.Listener = listener;
        context.Publication = publication;
        context.Number = null;
        context.Origin = flags | NextNumber(context.Origin, place);
        if (context.IsObserved)
        {
            Interlocked.Increment(ref _observed);
        }

        return context;
    }

    /// <summary>
    /// Ends the send: the context of a refused message ends with it. An accepted message may have its outcome already.
    /// </summary>
    /// <param name="origin">The context's number.</param>
    /// <param name="send">The activity of the send; null: there is none.</param>
    /// <param name="status">The answer.</param>
    public void EndSend(uint origin, Activity? send, SendStatus status)
    {
        bool isAccepted = status == SendStatus.Accepted;
        MessageTraces.End(send, isAccepted ? null : TelemetryNames.Of(status), "");
        if (!isAccepted)
        {
            TryEnd(origin, out _, out _);
        }
    }

    /// <summary>The sender of a message whose context has not ended.</summary>
    public Participant SenderOf(uint origin) => Of(origin).Sender;

    /// <summary>The sender of a message; null where its context has ended, or never was.</summary>
    public Participant? TryFindSender(uint origin)
    {
        MessageContext?[] contexts = _contexts;
        uint place = origin & IndexMask;
        return place < contexts.Length && contexts[place] is { } context && context.Origin == origin
            ? context.Sender
            : null;
    }

    /// <summary>Whether a message whose context has not ended is a request.</summary>
    public bool IsRequest(uint origin) => Of(origin).Request is not null;

    /// <summary>The topic of a message whose context has not ended; null: it has none.</summary>
    public TopicName? TopicOf(uint origin) => Of(origin).Topic;

    /// <summary>A request whose context has not ended.</summary>
    public RequestListener RequestOf(uint origin) => Of(origin).Request!;

    /// <summary>Begins the handling of a message, on this thread.</summary>
    /// <returns>What is known of it.</returns>
    public MessageContext BeginHandling(uint origin, string target)
    {
        MessageContext context = Of(origin);
        if (context.Send is not null)
        {
            context.Handling ??= MessageTraces.StartProcess(context, target);
        }

        return context;
    }

    /// <summary>Ends the context of a message that has its outcome; nothing happens where it has ended before.</summary>
    public void End(uint origin, string target, long number, Outcome outcome, string reason = "")
    {
        if (TryEnd(origin, out OutcomeListener? listener, out MessageContext? observed))
        {
            if (observed is not null)
            {
                sampling.Observe(observed, target, outcome, reason);
            }

            listener?.Settled(outcome, reason, number);
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
            // The message is then not observed, or not timed.
        }
    }

    /// <summary>The context of a message, which has not ended.</summary>
    public MessageContext Of(uint origin)
    {
        MessageContext? context = _contexts[origin & IndexMask];
        return context is not null && context.Origin == origin ? context : throw Ended();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static InvalidOperationException Ended() => new("The message has its outcome, and its context has ended.");

    /// <summary>Takes a place with a context that belongs to no message.</summary>
    private bool TryTakePlace(out int place)
    {
        // Mostly the spare place is there, and no lock is needed.
        place = Interlocked.Exchange(ref _spare, None);
        if (place != None)
        {
            return true;
        }

        lock (_lock)
        {
            if (!_free.TryPop(out place) && !TryAddPlace(out place))
            {
                return false;
            }

            _contexts[place] ??= new();
            return true;
        }
    }

    private bool TryAddPlace(out int place)
    {
        place = _used;
        if (_used == Room)
        {
            return false;
        }

        if (_used == _contexts.Length)
        {
            MessageContext?[] contexts = _contexts;
            Array.Resize(ref contexts, Math.Max(16, 2 * _used));
            _contexts = contexts;
        }

        _used++;
        return true;
    }

    /// <summary>A number at this place, other than that of the message before.</summary>
    private static uint NextNumber(uint last, int place) => ((last & ~IndexMask) + Room | (uint)place) & NumberMask;

    /// <summary>Ends a context, where that has not been done before.</summary>
    /// <param name="origin">Its number.</param>
    /// <param name="listener">Who waits for the message's outcome.</param>
    /// <param name="observed">The context, where metrics or traces are recorded of it.</param>
    private bool TryEnd(uint origin, out OutcomeListener? listener, out MessageContext? observed)
    {
        listener = null;
        observed = null;
        int place = (int)(origin & IndexMask);
        MessageContext? context = _contexts[place];
        if (context is null || !context.TryEnd(origin))
        {
            return false;
        }

        // From here on the context belongs to this thread until the place is free again. References are cleared so that nothing of
        // the message is kept alive.
        listener = context.Listener;
        bool isKept = place < MostKept;
        if (context.IsObserved)
        {
            // The recording may still read this context, so a new one takes its place.
            observed = context;
            isKept = false;
            Interlocked.Decrement(ref _observed);
        }
        else
        {
            context.Sender = null!;
            context.Listener = null;
            context.Publication = null;
        }

        Free(place, isKept);
        return true;
    }

    private void Free(int place, bool isKept)
    {
        if (isKept && Interlocked.CompareExchange(ref _spare, place, None) == None)
        {
            return;
        }

        lock (_lock)
        {
            if (!isKept)
            {
                _contexts[place] = null;
            }

            _free.Push(place);
        }
    }
}
