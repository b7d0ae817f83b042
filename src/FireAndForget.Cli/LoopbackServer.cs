using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace FireAndForget.Cli;

/// <summary>
/// Sets Kestrel up to listen on this machine's loopback addresses alone, with bounds on everything that any user of the machine may try.
/// </summary>
internal static class LoopbackServer
{
    /// <summary>Sets the options of a server.</summary>
    /// <param name="options">The options.</param>
    /// <param name="port">The port.</param>
    /// <param name="mostConnections">
    /// Connections at a time; a further one takes the place of one on which nothing is asked. Who serves requests calls
    /// <see cref="ConnectionRoom.BeginRequest"/> for each.
    /// </param>
    public static void Configure(KestrelServerOptions options, int port, int mostConnections)
    {
        options.AddServerHeader = false;
        KestrelServerLimits limits = options.Limits;
        // Those that gave way count until they are closed.
        limits.MaxConcurrentConnections = 2 * mostConnections;
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        // This timeout holds also for a connection on which nothing was requested yet. A reader of a page's events has one request
        // open all the time.
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(10);
        limits.MaxRequestLineSize = 2 << 10;
        limits.MaxRequestHeadersTotalSize = 8 << 10;
        limits.MaxRequestHeaderCount = 50;
        limits.MaxRequestBodySize = 0;
        limits.MaxRequestBufferSize = 16 << 10;
        ConnectionRoom room = new(mostConnections);
        options.ListenLocalhost(
            port,
            listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next => connection => room.ServeAsync(connection, next));
            }
        );
    }
}
