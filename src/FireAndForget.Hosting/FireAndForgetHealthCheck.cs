using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace FireAndForget.Hosting;

/// <summary>
/// Reports the health of a host: unhealthy where it has not started or has stopped, degraded where a component has stopped or is
/// restarted often. The data names the components, with reason or number of restarts.
/// </summary>
internal sealed class FireAndForgetHealthCheck(
    MessagingHost host,
    HostState state,
    IOptions<MessagingHostOptions> hostOptions,
    IOptionsMonitor<FireAndForgetHealthOptions> options
) : IHealthCheck
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, RestartHistory> _seen = new(StringComparer.Ordinal);

    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        if (!state.HasStarted || host.IsStopping)
        {
            string why = state.HasStarted ? "The host has stopped." : "The host has not loaded its components yet.";
            return Task.FromResult(new HealthCheckResult(context.Registration.FailureStatus, why));
        }

        FireAndForgetHealthOptions limits = options.Get(context.Registration.Name);
        string[] stopped;
        KeyValuePair<string, long>[] restarted;
        lock (_lock)
        {
            Component[] components = [.. host.Components.OrderBy(c => c.Id, StringComparer.Ordinal)];
            stopped = [.. components.Where(c => c.IsStopped).Select(c => c.Id)];
            restarted =
            [
                .. components
                    .Select(c => KeyValuePair.Create(c.Id, RestartsOf(c, limits.RestartWindow)))
                    .Where(c => c.Value >= limits.Restarts),
            ];
            foreach (string gone in _seen.Keys.Except(components.Select(c => c.Id)).ToArray())
            {
                _seen.Remove(gone);
            }
        }

        Dictionary<string, object> data = new() { ["components"] = host.Components.Count };
        List<string> reasons = [];
        if (stopped.Length != 0)
        {
            data["stopped"] = stopped;
            reasons.Add($"stopped: {string.Join(", ", stopped)}");
        }

        if (restarted.Length != 0)
        {
            data["restarts"] = restarted.ToDictionary();
            reasons.Add($"restarted often: {string.Join(", ", restarted.Select(c => c.Key))}");
        }

        return Task.FromResult(
            reasons.Count == 0
                ? HealthCheckResult.Healthy(data: data)
                : HealthCheckResult.Degraded($"Components {string.Join("; ", reasons)}.", data: data)
        );
    }

    /// <summary>How many restarts a component had within the window, as far as the runs of the check show.</summary>
    private long RestartsOf(Component component, TimeSpan window)
    {
        if (!_seen.TryGetValue(component.Id, out RestartHistory? history))
        {
            _seen[component.Id] = history = new();
        }

        return history.Add(hostOptions.Value.TimeProvider.GetUtcNow(), component.Restarts, window);
    }
}
