using Microsoft.Extensions.Hosting;

namespace FireAndForget.Hosting;

/// <summary>How the time that a service has to stop is shared between accepted messages and handlers that do not end.</summary>
internal static class StopTimes
{
    /// <summary>How long accepted messages may be handled: the service's time, less that of handlers.</summary>
    public static TimeSpan ForMessages(HostOptions service, MessagingHostOptions options)
    {
        if (service.ShutdownTimeout == Timeout.InfiniteTimeSpan)
        {
            // The longest time that there is for options.
            return TimeSpan.FromDays(365);
        }

        TimeSpan left = service.ShutdownTimeout - options.HandlerStopTimeout;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>What is wrong with the times: messages would have none, although the service has some. Null: nothing.</summary>
    public static string? MistakeOf(HostOptions service, MessagingHostOptions options) =>
        service.ShutdownTimeout > TimeSpan.Zero && options.HandlerStopTimeout >= service.ShutdownTimeout
            ? $"HandlerStopTimeout is {options.HandlerStopTimeout:c}, and the service has {service.ShutdownTimeout:c} to stop "
                + "(HostOptions.ShutdownTimeout): no time is left for accepted messages. Make HandlerStopTimeout shorter, or "
                + "ShutdownTimeout longer."
            : null;
}
