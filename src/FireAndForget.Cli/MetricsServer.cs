using System.Net;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FireAndForget.Cli;

/// <summary>
/// Serves a host's metrics to Prometheus, on this machine's loopback addresses and nowhere else. Kestrel alone, without the rest of
/// ASP.NET: no settings from outside, and bounds on everything that any user of the machine may try.
/// </summary>
internal sealed class MetricsServer : IAsyncDisposable
{
    /// <summary>Connections at a time. Prometheus needs one.</summary>
    public const int MostConnections = 32;

    private readonly KestrelServer _server;
    private readonly HostMetrics _metrics;

    private MetricsServer(KestrelServer server, HostMetrics metrics)
    {
        _server = server;
        _metrics = metrics;
    }

    /// <summary>Starts to serve <c>http://localhost:PORT/metrics</c>.</summary>
    /// <exception cref="CommandException">The port cannot be had.</exception>
    public static async Task<MetricsServer> StartAsync(MessagingHost host, int port)
    {
        KestrelServerOptions options = new();
        LoopbackServer.Configure(options, port, MostConnections);
        SocketTransportFactory sockets = new(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        KestrelServer server = new(Options.Create(options), sockets, NullLoggerFactory.Instance);
        HostMetrics metrics = new(host);
        try
        {
            await server.StartAsync(new Pages(metrics), CancellationToken.None).ConfigureAwait(false);
            return new(server, metrics);
        }
        catch (IOException e)
        {
            metrics.Dispose();
            server.Dispose();
            throw new CommandException(
                ExitCode.Failed,
                $"--metrics-port {port}: metrics cannot be served there: {e.Message} Choose another port."
            );
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The cancelled token makes it stop without waiting for open connections.
        await _server.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        _server.Dispose();
        _metrics.Dispose();
    }

    private sealed class Pages(HostMetrics metrics) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public void DisposeContext(HttpContext context, Exception? exception) { }

        public async Task ProcessRequestAsync(HttpContext context)
        {
            using IDisposable? request = ConnectionRoom.BeginRequest(context.Features);
            await AnswerAsync(context).ConfigureAwait(false);
        }

        private Task AnswerAsync(HttpContext context)
        {
            HttpResponse response = context.Response;
            if (!IsOurs(context.Request.Host))
            {
                // A web page whose host name was made to resolve to this machine (DNS rebinding) sends its own name as Host.
                response.StatusCode = StatusCodes.Status403Forbidden;
                return WriteAsync(response, "text/plain", "Ask for localhost, 127.0.0.1 or [::1].\n");
            }

            if (context.Request.Path != "/metrics")
            {
                response.StatusCode = StatusCodes.Status404NotFound;
                return WriteAsync(response, "text/plain", "Metrics are at /metrics.\n");
            }

            return WriteAsync(response, PrometheusText.ContentType, PrometheusText.Write(metrics.Read()));
        }

        private static bool IsOurs(HostString host) =>
            !host.HasValue
            || host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || IPAddress.TryParse(host.Host, out _);

        private static Task WriteAsync(HttpResponse response, string type, string text)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            response.ContentType = type;
            response.ContentLength = bytes.Length;
            return response.Body.WriteAsync(bytes).AsTask();
        }
    }
}
