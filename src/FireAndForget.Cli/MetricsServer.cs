using System.Globalization;
using System.Net;
using System.Text;

namespace FireAndForget.Cli;

/// <summary>Serves a host's metrics to Prometheus, on this machine's own address 127.0.0.1 and nowhere else.</summary>
internal sealed class MetricsServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly HostMetrics _metrics;

    /// <summary>Starts to serve <c>http://127.0.0.1:PORT/metrics</c>.</summary>
    /// <exception cref="CommandException">The port cannot be had.</exception>
    public MetricsServer(MessagingHost host, int port)
    {
        _listener.Prefixes.Add(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
        try
        {
            _listener.Start();
        }
        catch (HttpListenerException e)
        {
            throw new CommandException(
                ExitCode.Failed,
                $"--metrics-port {port}: metrics cannot be served there: {e.Message}. Choose another port."
            );
        }

        _metrics = new(host);
        _ = ServeAsync();
    }

    public void Dispose()
    {
        _listener.Close();
        _metrics.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                HttpListenerContext context = await _listener.GetContextAsync().ConfigureAwait(false);
                _ = AnswerAsync(context);
            }
            catch (Exception e)
                when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                // It was closed.
                return;
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            using HttpListenerResponse response = context.Response;
            if (context.Request.Url?.AbsolutePath != "/metrics")
            {
                response.StatusCode = (int)HttpStatusCode.NotFound;
                return;
            }

            byte[] text = Encoding.UTF8.GetBytes(PrometheusText.Write(_metrics.Read()));
            response.ContentType = PrometheusText.ContentType;
            response.ContentLength64 = text.Length;
            await response.OutputStream.WriteAsync(text).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException)
        {
            // Whoever asked has gone, or the run is over.
        }
    }
}
