// MassTransit with its transport in memory: Send to an endpoint with one consumer.

using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace FireAndForget.Peers;

internal sealed class MassTransitPeer : Peer
{
    private readonly ServiceProvider _services;
    private IBusControl? _bus;
    private ISendEndpoint? _endpoint;

    public MassTransitPeer() =>
        _services = new ServiceCollection()
            .AddSingleton(Tally)
            .AddLogging()
            .AddMassTransit(bus =>
            {
                bus.AddConsumer<TallyConsumer>();
                bus.UsingInMemory(
                    (context, configuration) =>
                        configuration.ReceiveEndpoint(
                            "tally",
                            endpoint =>
                            {
                                endpoint.ConcurrentMessageLimit = 1;
                                endpoint.ConfigureConsumer<TallyConsumer>(context);
                            }
                        )
                );
            })
            .BuildServiceProvider();

    public override string Name => $"MassTransit {PackageVersion.Of(typeof(IBus))}, in memory";

    public override Tally Tally { get; } = new();

    public override async Task StartAsync(int payload)
    {
        _bus = _services.GetRequiredService<IBusControl>();
        await _bus.StartAsync().ConfigureAwait(false);
        _endpoint = await _bus.GetSendEndpoint(new("queue:tally")).ConfigureAwait(false);
    }

    public override async Task SendAsync(byte[] message, int count)
    {
        var envelope = new TallyMessage { Payload = message };
        for (int i = 0; i < count; i++)
        {
            await _endpoint!.Send(envelope).ConfigureAwait(false);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _bus!.StopAsync().ConfigureAwait(false);
        await _services.DisposeAsync().ConfigureAwait(false);
    }
}
