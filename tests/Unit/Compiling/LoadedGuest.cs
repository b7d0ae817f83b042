using FireAndForget.Guests.Compiling;
using Microsoft.Extensions.Logging;

namespace FireAndForget.Tests.Compiling;

/// <summary>A guest out of a file in a host of its own.</summary>
internal sealed class LoadedGuest : IDisposable
{
    private readonly MessagingHost _host;
    private readonly EventSubscription _events;
    private readonly MessagingEndpoint _client;

    public LoadedGuest(string file, CompileCacheOptions cache, ILogger log)
    {
        _host = new(
            new()
            {
                Workers = 0,
                CompileCache = cache,
                Logger = log,
            }
        );
        _events = _host.Subscribe();
        _host.AddComponent("guest", file);
        _client = _host.AddEndpoint("client");
    }

    /// <summary>What becomes of a message that it rejects.</summary>
    public string Answer()
    {
        _client.Send("guest", [1]);
        _host.Pump();
        return _events.TryRead(out HostEvent? happened) ? ((DeadLetter)happened).Reason : "";
    }

    public void Dispose()
    {
        _events.Dispose();
        _host.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
