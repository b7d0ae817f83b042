// The load of latency_under_load: two components that send messages round between them for ever, so that the worker always has
// something else to do.

using FireAndForget.Measuring;
using FireAndForget.Wording;

namespace FireAndForget.Benchmarks.Suites;

internal sealed class Circle
{
    private readonly Component[] _components;
    private readonly int _messages;

    private Circle(Component[] components, int messages)
    {
        _components = components;
        _messages = messages;
    }

    /// <summary>Adds the components to a host and sets messages going.</summary>
    public static Circle Start(MessagingHost host, int messages)
    {
        string[] ids = [RoutedMessage.IdOf(0), RoutedMessage.IdOf(1)];
        Component[] components =
        [
            .. ids.Select(id => host.AddComponent(id, Guests.Forwarder, new() { SendsTo = [.. ids] })),
        ];
        MessagingEndpoint starter = host.AddEndpoint("starter");
        byte[] message = RoutedMessage.Circling([ids[1], ids[0]]);
        for (int i = 0; i < messages; i++)
        {
            if (starter.Send(ids[0], message) != SendStatus.Accepted)
            {
                throw new MeasurementException("A message of the load was refused.");
            }
        }

        return new(components, messages);
    }

    /// <summary>Checks that all of them still go round.</summary>
    public void Check()
    {
        foreach (Component component in _components)
        {
            MessageStatistics statistics = component.Statistics;
            if (
                component.SendsRefused != 0
                || statistics.Accepted != statistics.Handled + statistics.Queued + statistics.InFlight
            )
            {
                throw new MeasurementException(
                    $"The load of {_messages} messages lost some: {statistics}, {component.SendsRefused} refused."
                );
            }
        }

        if (_components.Sum(c => c.Statistics.Handled) < 1000)
        {
            throw new MeasurementException("The load did not go round.");
        }
    }
}
