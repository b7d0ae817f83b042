using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FireAndForget.Hosting;

/// <summary>
/// Starts a service's host before all other hosted services, wherever they were added, and stops it after them, when nobody needs it
/// any more.
/// </summary>
internal sealed class HostService(
    MessagingHost host,
    ComponentKeeper keeper,
    HostState state,
    IOptions<HostOptions> service,
    IOptions<MessagingHostOptions> options
) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await keeper.StartAsync(host, cancellationToken).ConfigureAwait(false);
        state.HasStarted = true;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        keeper.Dispose();
        // The token ends the draining when the service's shutdown timeout is up; handlers that do not end then have the rest of the
        // timeout.
        return host.StopAsync(StopTimes.ForMessages(service.Value, options.Value), cancellationToken);
    }
}

/// <summary>Whether everything is loaded.</summary>
internal sealed class HostState
{
    public volatile bool HasStarted;
}
