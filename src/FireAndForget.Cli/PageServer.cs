using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FireAndForget.Cli;

/// <summary>
/// Serves a host's page on this machine's loopback addresses and nowhere else. The page offers no actions. The log lines that it
/// shows are those that <c>--verbose</c> writes, and the output of guests.
/// </summary>
internal sealed class PageServer : IAsyncDisposable
{
    private const int MostConnections = 64;

    private readonly int _port;
    private readonly LoggerFactory _loggers = new();
    private WebApplication? _page;

    /// <summary>Creates a server, which is not started.</summary>
    /// <param name="port">The port.</param>
    /// <param name="log">Gets the host's log, too; null: nobody else does.</param>
    /// <param name="output">Gets what guests write, too.</param>
    public PageServer(int port, ILogger? log, IGuestOutput output)
    {
        _port = port;
        ILogger shown = _loggers.CreateLogger("FireAndForget");
        Log = log is null ? shown : new BothLogs(log, shown);
        Output = new ShownOutput(output, shown);
    }

    /// <summary>Where the host's log goes.</summary>
    public ILogger Log { get; }

    /// <summary>Where the output of guests goes.</summary>
    public IGuestOutput Output { get; }

    /// <summary>Starts to serve <c>http://localhost:PORT/</c>.</summary>
    /// <returns>This server.</returns>
    /// <exception cref="CommandException">The port cannot be had.</exception>
    public async Task<PageServer> StartAsync(MessagingHost host)
    {
        // ASP.NET reads no settings from outside: no files, environment variables or arguments.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(options => LoopbackServer.Configure(options, _port, MostConnections));
        builder.Services.AddSingleton<ILoggerFactory>(_loggers);
        builder.Services.AddRoutingCore();
        // A web page whose host name was made to resolve to this machine (DNS rebinding) sends its own name as Host.
        builder.Services.Configure<HostFilteringOptions>(options =>
            options.AllowedHosts = ["localhost", "127.0.0.1", "[::1]"]
        );
        builder.Services.AddSingleton(host);
        WebApplication page = builder.Build();
        page.Use(
            async (context, next) =>
            {
                using IDisposable? request = ConnectionRoom.BeginRequest(context.Features);
                await next(context).ConfigureAwait(false);
            }
        );
        page.UseHostFiltering();
        page.MapFireAndForget("/");
        try
        {
            await page.StartAsync().ConfigureAwait(false);
            _page = page;
            return this;
        }
        catch (IOException e)
        {
            await page.DisposeAsync().ConfigureAwait(false);
            throw new CommandException(
                ExitCode.Failed,
                $"--page {_port}: the page cannot be served there: {e.Message} Choose another port."
            );
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_page is not null)
        {
            // The cancelled token makes it stop without waiting for open connections.
            await _page.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
            await _page.DisposeAsync().ConfigureAwait(false);
        }

        _loggers.Dispose();
    }

    /// <summary>Hands the output of guests to the page, and to the receiver that had it before.</summary>
    private sealed class ShownOutput(IGuestOutput output, ILogger log) : IGuestOutput
    {
        private static readonly Action<ILogger, string, string, Exception?> Wrote = LoggerMessage.Define<
            string,
            string
        >(LogLevel.Information, new EventId(400, "GuestLine"), "{Component} wrote: {Line}");

        public void Write(string component, bool isError, ReadOnlySpan<byte> line)
        {
            output.Write(component, isError, line);
            Wrote(log, component, Encoding.UTF8.GetString(line), null);
        }
    }

    private sealed class BothLogs(ILogger first, ILogger second) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => first.IsEnabled(logLevel) || second.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            first.Log(logLevel, eventId, state, exception, formatter);
            second.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
