using FireAndForget.Threading;

namespace FireAndForget.Dispatching;

/// <summary>Delivery in manual mode: on the thread of the caller, or on one of the host's where that has too little stack for guests.</summary>
/// <param name="dispatcher">Has the receivers that are ready.</param>
/// <param name="accounts">Told when there is nothing left to do.</param>
/// <param name="threads">Threads with enough stack.</param>
internal sealed class ManualPump(ManualDispatcher dispatcher, ReceiverAccounts accounts, GuestThreads threads)
{
    /// <summary>Delivers on this thread.</summary>
    /// <returns>How many messages were settled.</returns>
    /// <exception cref="InvalidOperationException">Somebody is pumping already, or the thread has too little stack left.</exception>
    public int Pump(int maxMessages)
    {
        if (!StackRoom.IsEnough)
        {
            throw TooLittleStack();
        }

        if (!dispatcher.TryPump(maxMessages, out int settled))
        {
            throw new InvalidOperationException(
                "Pump is running already: only one thread may pump a host at a time, and a handler may not pump."
            );
        }

        dispatcher.AnnounceChange();
        return settled;
    }

    /// <summary>Pumps on this thread until the task is done; where another thread is pumping, that one does it.</summary>
    public async Task PumpUntilAsync(Task done, CancellationToken cancellationToken)
    {
        try
        {
            while (!done.IsCompleted)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Task changed = dispatcher.WhenChanged();
                // Messages are delivered in parts, so that a cancellation is seen although there is always more to deliver.
                if (TryPumpPart(out int settled))
                {
                    accounts.CheckDrained();
                }

                if (!done.IsCompleted && settled == 0)
                {
                    // The remaining messages cannot be handled now, such as those of a component that pauses.
                    await Task.WhenAny(changed, done).WaitAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            dispatcher.AnnounceChange();
        }
    }

    private bool TryPumpPart(out int settled)
    {
        if (StackRoom.IsEnough)
        {
            return dispatcher.TryPump(Worker.Quota, out settled);
        }

        (bool isPumped, settled) = threads.Run(() => (dispatcher.TryPump(Worker.Quota, out int count), count));
        return isPumped;
    }

    private static InvalidOperationException TooLittleStack() =>
        new(
            FormattableString.Invariant(
                $"Pump runs guests on the stack of its thread, which has {StackRoom.Left:N0} bytes left of the {StackRoom.Least:N0} that they need: pump on a thread with a larger stack, or let the host have workers."
            )
        );
}
