namespace FireAndForget;

// Delivery: waiting for it, and driving it in manual mode.
public sealed partial class MessagingHost
{
    /// <summary>
    /// Waits until everything that was accepted is settled, also what was sent while messages were handled. In manual mode it
    /// pumps meanwhile.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting, not the delivering.</param>
    /// <returns>A task that ends when all is settled.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task DrainAsync(CancellationToken cancellationToken = default)
    {
        Task drained = _host.Accounts.WhenDrained();
        return _host.Pump?.PumpUntilAsync(drained, cancellationToken) ?? drained.WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Waits until everything that was accepted is settled, and, where asked to, also for the later messages (<see
    /// cref="MessagingEndpoint.SendLater"/>), until none waits for its time. In manual mode it pumps meanwhile.
    /// </summary>
    /// <param name="withScheduled">Whether to wait for later messages.</param>
    /// <param name="cancellationToken">Ends the waiting, not the delivering.</param>
    /// <returns>A task that ends when nothing waits and all is settled.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task DrainAsync(bool withScheduled, CancellationToken cancellationToken = default)
    {
        long before;
        do
        {
            before = _host.Services.Later.ScheduledTotal;
            if (withScheduled)
            {
                Task sent = _host.Services.Later.WhenEmpty();
                await (
                    _host.Pump?.PumpUntilAsync(sent, cancellationToken) ?? sent.WaitAsync(cancellationToken)
                ).ConfigureAwait(false);
            }

            // What was sent until then is settled behind this; what handlers scheduled meanwhile needs another round.
            await DrainAsync(cancellationToken).ConfigureAwait(false);
        } while (withScheduled && before != _host.Services.Later.ScheduledTotal);
    }

    /// <summary>Delivers messages on this thread, in manual mode (<see cref="MessagingHostOptions.Workers"/> is 0), until none is left.</summary>
    /// <param name="maxMessages">The most to deliver.</param>
    /// <returns>How many messages were settled.</returns>
    /// <exception cref="InvalidOperationException">
    /// The host has workers, or somebody is pumping it already, or the thread has less than 1 MiB of stack left, which guests need.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public int Pump(int maxMessages = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxMessages);
        return (_host.Pump ?? throw HasWorkers()).Pump(maxMessages);
    }

    private InvalidOperationException HasWorkers() =>
        new(
            $"This host has {_host.Options.Workers} workers that deliver; Pump is for manual mode, {nameof(MessagingHostOptions.Workers)} = 0."
        );
}
