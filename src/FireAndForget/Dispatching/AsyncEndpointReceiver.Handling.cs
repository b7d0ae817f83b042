using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using FireAndForget.Messages;
using FireAndForget.Routing;
using FireAndForget.Wording;

namespace FireAndForget.Dispatching;

// Calling the handlers, on the thread pool or, in manual mode, on the thread that pumps.
internal sealed partial class AsyncEndpointReceiver
{
    private void Run(Handling handling)
    {
        if (_services.CallsHandlersOnPump)
        {
            _ = RunAsync(handling);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(handling, preferLocal: false);
        }
    }

    /// <summary>Handles messages, one after the other, while there are any that may be begun.</summary>
    private async Task RunAsync(Handling first)
    {
        for (Handling? next = first; next is not null; )
        {
            await HandleAsync(next).ConfigureAwait(false);
            next = End(next);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a handler throws is the message's outcome.")]
    private async ValueTask HandleAsync(Handling handling)
    {
        CancellationTokenSource? timer = StartTimer();
        CancellationTokenRegistration stop = default;
        try
        {
            CancellationToken token = _stopping.Token;
            if (timer is not null)
            {
                stop = token.UnsafeRegister(source => ((CancellationTokenSource)source!).Cancel(), timer);
                token = timer.Token;
            }

            MessageContext? context = MessageOrigin.HasContext(handling.Origin)
                ? Contexts!.BeginHandling(handling.Origin, Self.Id)
                : null;
            string? rejection = await HandleAsync(handling, context?.Request, token).ConfigureAwait(false);
            if (rejection is not null)
            {
                (handling.Outcome, handling.Reason) = (Outcome.Rejected, rejection);
            }
        }
        catch (Exception e)
        {
            handling.Error = e;
            (handling.Outcome, handling.Reason) =
                _stopping.IsCancellationRequested ? (Outcome.Undeliverable, ClosedBecause)
                : timer is { IsCancellationRequested: true } ? (Outcome.TimedOut, WhyTimedOut(e))
                : (Outcome.Trapped, $"the endpoint's handler threw {ErrorText.Of(e)}");
        }
        finally
        {
            await stop.DisposeAsync().ConfigureAwait(false);
            timer?.Dispose();
        }
    }

    /// <summary>Calls the handler that the message is for.</summary>
    /// <returns>Null, or why it is rejected.</returns>
    private async ValueTask<string?> HandleAsync(Handling handling, RequestListener? request, CancellationToken token)
    {
        AsyncMessage message = new(handling.Sender, handling.Bytes, handling.Number, handling.Topic);
        if (request is not null)
        {
            return _answering is null
                ? EndpointReceiver.NoRequests
                : request.Take(await _answering(message, token).ConfigureAwait(false));
        }

        if (_handler is null)
        {
            return EndpointReceiver.NoMessages;
        }

        await _handler(message, token).ConfigureAwait(false);
        return null;
    }

    /// <summary>The source that is cancelled when the handler's timeout is over; null where there is no timeout.</summary>
    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "Where the user's clock throws, the message is handled without a limit."
    )]
    private CancellationTokenSource? StartTimer()
    {
        try
        {
            return _timeout == TimeSpan.Zero ? null : new(_timeout, _services.Time);
        }
        catch (Exception e)
        {
            _services.Failed(e);
            return null;
        }
    }

    private string WhyTimedOut(Exception e) =>
        $"the endpoint's handler did not end within {_timeout}, and then with {ErrorText.Of(e)}";

    /// <summary>Gives a message whose handler has ended back to the worker, which settles it.</summary>
    /// <returns>The message that is handled next on this thread; null: none may be.</returns>
    private Handling? End(Handling handling)
    {
        Handling? next;
        lock (_lock)
        {
            if (handling.IsAbandoned)
            {
                return null;
            }

            _running.Remove(handling.Sender);
            next = BeginNext();
        }

        _ended.Enqueue(handling);
        Wake();
        return next;
    }

    /// <summary>One message that was taken, with its bytes, and what became of it when its handler has ended.</summary>
    private sealed class Handling : IThreadPoolWorkItem
    {
        private readonly AsyncEndpointReceiver _receiver;
        private readonly byte[] _memory;

        public Handling(
            AsyncEndpointReceiver receiver,
            uint origin,
            long number,
            string sender,
            string? topic,
            ReadOnlySpan<byte> bytes
        )
        {
            _receiver = receiver;
            Topic = topic;
            Origin = origin;
            Number = number;
            Sender = sender;
            _memory = ArrayPool<byte>.Shared.Rent(bytes.Length);
            bytes.CopyTo(_memory);
            Bytes = _memory.AsMemory(0, bytes.Length);
        }

        public uint Origin { get; }

        public long Number { get; }

        public string Sender { get; }

        public string? Topic { get; }

        public ReadOnlyMemory<byte> Bytes { get; }

        public Outcome Outcome { get; set; } = Outcome.Handled;

        public string Reason { get; set; } = "";

        public Exception? Error { get; set; }

        /// <summary>
        /// Whether it was settled although its handler has not ended, which then keeps the memory. Guarded by the receiver's lock.
        /// </summary>
        public bool IsAbandoned { get; set; }

        public void Execute() => _ = _receiver.RunAsync(this);

        public void ReturnMemory() => ArrayPool<byte>.Shared.Return(_memory);
    }
}
