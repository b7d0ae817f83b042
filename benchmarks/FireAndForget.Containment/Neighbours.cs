// The innocent: for each worker a component that sends each message back, and an endpoint that sends it there again, a full turn of
// messages between them at any time. So the workers are as busy as they can be, with no other thread.

using System.Diagnostics;
using FireAndForget.Measuring;

namespace FireAndForget.Containment;

internal sealed class Neighbours
{
    /// <summary>As many as a receiver may handle before others have their turn.</summary>
    private const int MessagesOfEach = 512;

    private readonly List<Component> _components = [];
    private readonly List<MessagingEndpoint> _endpoints = [];
    private volatile bool _isStopping;

    public Neighbours(MessagingHost host, int count)
    {
        for (int i = 0; i < count; i++)
        {
            string endpoint = $"friend{i}";
            string component = $"innocent{i}";
            _components.Add(host.AddComponent(component, Files.Echo, new() { SendsTo = [endpoint] }));
            PreparedSender? sender = null;
            MessagingEndpoint friend = host.AddEndpoint(
                endpoint,
                message =>
                {
                    if (!_isStopping)
                    {
                        sender!.Send(message.Bytes);
                    }
                }
            );
            sender = friend.Prepare(component);
            _endpoints.Add(friend);
            for (int j = 0; j < MessagesOfEach; j++)
            {
                if (sender.Send(new byte[16]) != SendStatus.Accepted)
                {
                    throw new MeasurementException("A neighbour's message was refused.");
                }
            }
        }
    }

    /// <summary>Messages a second that the components handle while something goes on.</summary>
    public double RateDuring(Action load)
    {
        long handled = Handled;
        long start = Stopwatch.GetTimestamp();
        load();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return (Handled - handled) / seconds;
    }

    /// <summary>Lets the messages end and checks that none was lost, refused, or anything but handled.</summary>
    public async Task StopAsync(MessagingHost host)
    {
        _isStopping = true;
        await host.DrainAsync().ConfigureAwait(false);
        MessageStatistics[] all = [.. _components.Select(c => c.Statistics), .. _endpoints.Select(e => e.Statistics)];
        long refused = _components.Sum(c => c.SendsRefused) + _endpoints.Sum(e => e.SendsRefused);
        if (refused != 0 || all.Any(s => s.Handled != s.Accepted))
        {
            throw new MeasurementException(
                $"The neighbours noticed: {refused} of their sends were refused; {string.Join("; ", all.AsEnumerable())}"
            );
        }
    }

    private long Handled => _components.Sum(c => c.Settled);
}
