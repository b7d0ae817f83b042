using System.Diagnostics;
using FireAndForget.Cluster.Processes;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace FireAndForget.Cluster.Sides;

// What is seen here of the death of another silo: when it is known, and when the echo of it answers again.
internal sealed partial class FireAndForgetSide
{
    private const string Watcher = "watcher";

    private MessagingEndpoint? _watcher;
    private Task<long> _noticing = Task.FromResult(0L);
    private TaskCompletionSource<long> _flowing = new();

    /// <summary>Brings the echo up on another silo, for the first time or again.</summary>
    private async Task PlaceEchoAsync(string name)
    {
        await Silos.FindAsync(_host.Services, name);
        if (_cluster.FindHost(Echo) is null)
        {
            await DeployEchoAsync(name);
        }
        else
        {
            await _cluster.MoveAsync(Echo, name);
        }
    }

    /// <summary>Sends to the echo from now on, and waits for the death of its silo.</summary>
    private async Task WatchAsync(string name)
    {
        _watcher ??= await _cluster.AddEndpointAsync(
            Watcher,
            _ =>
            {
                // What was answered before the death was known came from the silo that died.
                if (_noticing.IsCompleted)
                {
                    _flowing.TrySetResult(Stopwatch.GetTimestamp());
                }
            }
        );
        SiloAddress silo = await Silos.FindAsync(_host.Services, name);
        TaskCompletionSource<long> flowing = new(TaskCreationOptions.RunContinuationsAsynchronously);
        // In this order: until the death is noticed, no answer counts.
        _noticing = Task.Run(() => NoticeAsync(silo));
        Volatile.Write(ref _flowing, flowing);
        _ = Task.Run(async () =>
        {
            byte[] message = new byte[16];
            while (!flowing.Task.IsCompleted)
            {
                _watcher.Send(Echo, message);
                await Task.Delay(1);
            }
        });
    }

    private async Task<SideReport> WatchedAsync() => new() { Start = await _noticing, End = await _flowing.Task };

    private async Task<long> NoticeAsync(SiloAddress silo)
    {
        await foreach (
            ClusterMembershipSnapshot snapshot in _host
                .Services.GetRequiredService<IClusterMembershipService>()
                .MembershipUpdates
        )
        {
            if (snapshot.GetSiloStatus(silo) == SiloStatus.Dead)
            {
                break;
            }
        }

        return Stopwatch.GetTimestamp();
    }
}
