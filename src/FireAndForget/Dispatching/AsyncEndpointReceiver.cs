using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using FireAndForget.Messages;
using FireAndForget.Routing;

namespace FireAndForget.Dispatching;

/// <summary>
/// An endpoint with an asynchronous handler, as a receiver. The worker takes messages out of the mailbox and gives them to the
/// thread pool, where the handler is called; in manual mode the thread that pumps calls it. Ended messages come back to the worker,
/// which alone settles them, as with every receiver.
/// </summary>
/// <remarks>
/// Of the messages that are taken, at most <see cref="MessagingEndpointOptions.MaxConcurrency"/> are being handled, and at most one of each
/// sender; the others wait in order. So a sender's next message is begun when the one before it has ended.
/// </remarks>
[SuppressMessage(
    "Design",
    "CA1001",
    Justification = "A source without a timer needs no disposal, and handlers keep its token."
)]
internal sealed partial class AsyncEndpointReceiver : Receiver
{
    /// <summary>How many messages are taken beyond those that are being handled, so that a handler which ends finds the next one.</summary>
    private const int MostAhead = 31;

    private readonly AsyncMessageHandler? _handler;
    private readonly AsyncRequestHandler? _answering;
    private readonly HostServices _services;
    private readonly int _maxConcurrency;
    private readonly TimeSpan _timeout;
    private readonly int _mostTaken;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<Handling> _ended = new();

    /// <summary>Guards what waits and what is being handled.</summary>
    private readonly Lock _lock = new();
    private readonly LinkedList<Handling> _waiting = new();
    private readonly Dictionary<string, Handling> _running = new(StringComparer.Ordinal);
    private int _taken;
    private volatile string? _abandonReason;

    /// <summary>An endpoint's receiver.</summary>
    /// <param name="self">Its registration.</param>
    /// <param name="options">The host's own copy of its options.</param>
    /// <param name="handler">Handles messages; null: they are rejected.</param>
    /// <param name="answering">Answers requests; null: they are rejected.</param>
    /// <param name="services">Its host.</param>
    public AsyncEndpointReceiver(
        Participant self,
        MessagingEndpointOptions options,
        AsyncMessageHandler? handler,
        AsyncRequestHandler? answering,
        HostServices services
    )
        : base(self, options.Mailbox, services)
    {
        _handler = handler;
        _answering = answering;
        _services = services;
        _maxConcurrency = options.MaxConcurrency;
        _timeout = options.HandlerTimeout;
        // A message that was taken cannot be evicted, so none is taken ahead out of a mailbox that drops the oldest messages.
        _mostTaken = _maxConcurrency + (options.Mailbox.OverflowPolicy == OverflowPolicy.DropOldest ? 0 : MostAhead);
    }

    public override bool SettlesInOrder => base.SettlesInOrder && _maxConcurrency == 1;

    public override int Taken => Volatile.Read(ref _taken);

    public override bool IsPaused => IsStopped ? _taken != 0 : _taken >= _mostTaken;

    protected override bool HasOtherWork => !_ended.IsEmpty || (_abandonReason is not null && _taken != 0);

    /// <summary>
    /// Has the thread that runs this receiver next abandon the handlers that have not ended. No thread is left to a handler here, because
    /// none waits in one.
    /// </summary>
    public override bool TryAbandon(string reason)
    {
        if (IsStopped)
        {
            _abandonReason = reason;
            Wake();
        }

        return false;
    }

    protected override int DeliverNext(int quota)
    {
        int begun = 0;
        int settled = 0;
        int ended;
        do
        {
            while (begun < quota && TryTake())
            {
                begun++;
            }

            while (TryBegin(out Handling? next))
            {
                Run(next);
            }

            ended = SettleEnded(quota - settled);
            settled += ended;
        } while (ended != 0 && settled < quota && !IsStopped);

        return settled;
    }

    protected override int DiscardTaken()
    {
        if (_services.IsAborting() && !_stopping.IsCancellationRequested)
        {
            // The token is cancelled on another thread, because its callbacks, which are user code, would block the worker.
            _ = _stopping.CancelAsync();
        }

        int settled = SettleEnded(int.MaxValue);
        string? abandonReason = _abandonReason;
        Handling[] waiting;
        Handling[] abandoned = [];
        lock (_lock)
        {
            waiting = [.. _waiting];
            _waiting.Clear();
            if (abandonReason is not null)
            {
                abandoned = [.. _running.Values];
                _running.Clear();
                Array.ForEach(abandoned, handling => handling.IsAbandoned = true);
            }
        }

        foreach (Handling handling in abandoned)
        {
            Settle(handling, Outcome.Undeliverable, abandonReason!);
        }

        foreach (Handling handling in waiting)
        {
            Settle(handling, Outcome.Undeliverable, ClosedBecause);
            handling.ReturnMemory();
        }

        if (abandoned.Length != 0)
        {
            Audit?.HandlerAbandoned(Self.Id);
        }

        return settled + abandoned.Length + waiting.Length;
    }

    private bool TryTake()
    {
        if (_taken >= _mostTaken || !Mailbox.TryPeek(0, out uint origin, out ReadOnlySpan<byte> bytes))
        {
            return false;
        }

        // The sender's id is read while the message keeps its number; a context refers to its sender itself.
        string sender = MessageOrigin.HasContext(origin) ? Contexts!.SenderOf(origin).Id : Directory.IdOf(origin);
        Handling handling = new(this, origin, NumberOf(0), sender, TopicOf(0), bytes);
        Volatile.Write(ref _taken, _taken + 1);
        Ledger.InFlight = _taken;
        Mailbox.Release(1);
        lock (_lock)
        {
            _waiting.AddLast(handling);
        }

        return true;
    }

    private bool TryBegin([NotNullWhen(true)] out Handling? next)
    {
        lock (_lock)
        {
            next = BeginNext();
            return next is not null;
        }
    }

    /// <summary>
    /// Begins the first waiting message whose sender has none that is being handled; null where none may begin. The caller holds the lock.
    /// </summary>
    private Handling? BeginNext()
    {
        if (_running.Count >= _maxConcurrency || IsStopped)
        {
            return null;
        }

        for (LinkedListNode<Handling>? node = _waiting.First; node is not null; node = node.Next)
        {
            if (_running.TryAdd(node.Value.Sender, node.Value))
            {
                _waiting.Remove(node);
                return node.Value;
            }
        }

        return null;
    }

    private int SettleEnded(int most)
    {
        int settled = 0;
        while (settled < most && _ended.TryDequeue(out Handling? ended))
        {
            Settle(ended, ended.Outcome, ended.Reason, ended.Error);
            ended.ReturnMemory();
            settled++;
        }

        return settled;
    }

    private void Settle(Handling handling, Outcome outcome, string reason, Exception? error = null)
    {
        bool hasContext = MessageOrigin.HasContext(handling.Origin);
        bool isTold = hasContext || outcome != Outcome.Handled;
        // Ending the context may change the thread's current activity, which is not that of this message.
        Activity? current = hasContext ? Activity.Current : null;
        if (isTold)
        {
            BeginReporting();
        }

        try
        {
            Volatile.Write(ref _taken, _taken - 1);
            Ledger.InFlight = _taken;
            Ledger.Add(outcome, 1);
            if (outcome != Outcome.Handled)
            {
                // The exception of a handler that was cancelled is expected, and not logged.
                Exception? unexpected = outcome == Outcome.Trapped ? error : null;
                Report(
                    handling.Origin,
                    handling.Number,
                    outcome,
                    reason,
                    handling.Bytes.Length,
                    unexpected,
                    handling.Sender
                );
            }
            else if (hasContext)
            {
                Contexts!.End(handling.Origin, Self.Id, handling.Number, outcome);
            }
        }
        finally
        {
            if (isTold)
            {
                EndReporting();
            }

            if (hasContext)
            {
                Activity.Current = current;
            }
        }
    }
}
