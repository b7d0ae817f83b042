// FireAndForget: messages that go from component to component, each its own random way.

using System.Globalization;
using System.Text;
using FireAndForget.Measuring;

namespace FireAndForget.Crowd;

internal sealed class ComponentToComponent : ICrowd
{
    /// <summary>The length of a message, in bytes: the ids of all hops but the first, their number, and which is next.</summary>
    public const int MessageBytes = (Laps.Hops * IdLength) + 2;

    private const int IdLength = 4;

    private readonly MessagingHost _host;
    private readonly Component[] _components;
    private readonly PreparedSender[] _senders;
    private readonly byte[][] _ids;
    private readonly Random _random = new(7);
    private readonly int[][] _ways;
    private readonly byte[] _message = new byte[MessageBytes];
    private readonly bool _isManual;
    private readonly Arrivals _arrivals = new();

    /// <summary>A host with that many components, each of which may send to all.</summary>
    /// <param name="receivers">How many, 10,000 at most.</param>
    /// <param name="workers">How many workers; 0: the sending thread delivers.</param>
    public ComponentToComponent(int receivers, int workers)
    {
        _isManual = workers == 0;
        _ways = Laps.Ways(receivers);
        _host = new(
            new()
            {
                Workers = workers,
                WorkerSpin = TimeSpan.FromMilliseconds(1),
                StopTimeout = TimeSpan.Zero,
            }
        );
        MessagingEndpoint client = _host.AddEndpoint("client");
        string[] ids = [.. Enumerable.Range(0, receivers).Select(i => i.ToString("D4", CultureInfo.InvariantCulture))];
        _ids = [.. ids.Select(Encoding.ASCII.GetBytes)];
        // The last hop of each message ends at an endpoint, which counts.
        _host.AddEndpoint("ends", _ => _arrivals.Add());
        _components = [.. ids.Select(id => _host.AddComponent(id, Guests.Forwarder, new() { SendsTo = ["*"] }))];
        _senders = [.. ids.Select(id => client.Prepare(id))];
    }

    public void Prepare() => Laps.Draw(_random, _ids.Length, _ways);

    public long RunLap()
    {
        _arrivals.Expect(_ways.Length);
        foreach (int[] way in _ways)
        {
            Write(way);
            if (_senders[way[0]].Send(_message) != SendStatus.Accepted)
            {
                throw new MeasurementException("A message was refused.");
            }
        }

        if (_isManual)
        {
            _host.Pump();
        }

        _arrivals.Wait();
        return (long)_ways.Length * Laps.Hops;
    }

    public async ValueTask DisposeAsync()
    {
        HostStatistics statistics = _host.Statistics;
        long refused = _components.Sum(component => component.Statistics.Rejected);
        if (refused != 0 || statistics.Refused != 0)
        {
            throw new MeasurementException($"Hops were refused: {statistics}.");
        }

        await _host.DisposeAsync().ConfigureAwait(false);
        _arrivals.Dispose();
    }

    /// <summary>The message as forwarder.wat reads it: the ids of the hops behind the first, their number, and which is next.</summary>
    private void Write(int[] way)
    {
        for (int hop = 1; hop < way.Length; hop++)
        {
            _ids[way[hop]].CopyTo(_message, (hop - 1) * IdLength);
        }

        "ends"u8.CopyTo(_message.AsSpan((way.Length - 1) * IdLength));
        _message[^2] = (byte)way.Length;
        _message[^1] = 0;
    }
}
