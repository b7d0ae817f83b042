using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FireAndForget.AspNetCore;

/// <summary>
/// Writes a host's state as JSON: once, or as server-sent events once a second. However many clients ask, the state is collected
/// twice a second at most, and once a second more for each who watches with a filter.
/// </summary>
internal sealed class LiveState(MessagingHost host, HostView view)
{
    /// <summary>The most clients that watch at a time.</summary>
    public const int MostWatchers = 32;

    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private byte[] _state = [];
    private long _lookedAt;
    private int _watchers;
    private TrafficWatch? _traffic;

    public async Task WriteAsync(HttpContext context)
    {
        PageFiles.SetHeaders(context, "application/json; charset=utf-8");
        await context
            .Response.Body.WriteAsync(State(context, filter: ""), context.RequestAborted)
            .ConfigureAwait(false);
    }

    public async Task StreamAsync(HttpContext context)
    {
        if (!TryBegin())
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            PageFiles.SetHeaders(context, "text/plain; charset=utf-8");
            context.Response.Headers.RetryAfter = "5";
            await context
                .Response.WriteAsync(
                    $"{MostWatchers} readers watch already; try again when one of them has gone.",
                    context.RequestAborted
                )
                .ConfigureAwait(false);
            return;
        }

        CancellationToken stopping = context
            .RequestServices.GetRequiredService<IHostApplicationLifetime>()
            .ApplicationStopping;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        string filter = context.Request.Query["filter"].ToString();
        try
        {
            PageFiles.SetHeaders(context, "text/event-stream");
            // A proxy such as nginx would keep the events until it has a buffer of them.
            context.Response.Headers["X-Accel-Buffering"] = "no";
            using PeriodicTimer timer = new(Interval, TimeOf(context));
            do
            {
                await context.Response.Body.WriteAsync("data: "u8.ToArray(), end.Token).ConfigureAwait(false);
                await context.Response.Body.WriteAsync(State(context, filter), end.Token).ConfigureAwait(false);
                await context.Response.Body.WriteAsync("\n\n"u8.ToArray(), end.Token).ConfigureAwait(false);
                await context.Response.Body.FlushAsync(end.Token).ConfigureAwait(false);
            } while (await timer.WaitForNextTickAsync(end.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // The client has gone, or the service is stopping.
        }
        finally
        {
            End();
        }
    }

    /// <summary>Counts one more watching client. While there is any, the host counts who sends how much to whom.</summary>
    private bool TryBegin()
    {
        lock (_lock)
        {
            if (_watchers == MostWatchers)
            {
                return false;
            }

            _watchers++;
            _traffic ??= host.WatchTraffic();
            return true;
        }
    }

    private void End()
    {
        lock (_lock)
        {
            if (--_watchers == 0)
            {
                _traffic!.Dispose();
                _traffic = null;
            }
        }
    }

    private static TimeProvider TimeOf(HttpContext context) =>
        context.RequestServices.GetService<TimeProvider>() ?? TimeProvider.System;

    private byte[] State(HttpContext context, string filter)
    {
        TimeProvider time = TimeOf(context);
        lock (_lock)
        {
            if (filter.Length != 0)
            {
                return Look(filter);
            }

            if (_state.Length == 0 || time.GetElapsedTime(_lookedAt) > Fresh)
            {
                _state = Look(filter);
                _lookedAt = time.GetTimestamp();
            }

            return _state;
        }
    }

    /// <summary>Under the lock.</summary>
    private byte[] Look(string filter) =>
        JsonSerializer.SerializeToUtf8Bytes(view.Look(_traffic, filter), ViewJson.Default.StateView);
}
