// Proto.Remote: Send to an actor of another system, over gRPC, with a copy of the message, which its serializer asks for; and
// RequestAsync.

using FireAndForget.Cluster.Processes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Proto;
using Proto.Remote;
using Proto.Remote.GrpcNet;

namespace FireAndForget.Cluster.Sides;

internal sealed class ProtoSide : Side
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ActorSystem _system = new ActorSystem().WithRemote(
        RemoteConfig.BindToLocalhost().WithProtoMessages(WrappersReflection.Descriptor)
    );

    public override async ValueTask DisposeAsync()
    {
        await _system.Remote().ShutdownAsync();
        await _system.DisposeAsync();
    }

    protected override string Address => _system.Address;

    protected override async Task StartAsync()
    {
        await _system.Remote().StartAsync();
        _system.Root.SpawnNamed(
            Props.FromFunc(context =>
            {
                if (context.Message is BytesValue)
                {
                    Arrivals.Add();
                }

                return Task.CompletedTask;
            }),
            "counting"
        );
        _system.Root.SpawnNamed(
            Props.FromFunc(context =>
            {
                if (context.Message is BytesValue message)
                {
                    context.Respond(message);
                }

                return Task.CompletedTask;
            }),
            "answering"
        );
    }

    protected override Task ConnectAsync(string name, string address)
    {
        var counting = PID.FromAddress(address, "counting");
        var answering = PID.FromAddress(address, "answering");
        Ways["send"] = (message, count) =>
        {
            for (int i = 0; i < count; i++)
            {
                _system.Root.Send(counting, CopyOf(message));
            }

            return ValueTask.CompletedTask;
        };
        Asks["request"] = message => _system.Root.RequestAsync<BytesValue>(answering, CopyOf(message), Patience);
        return Task.CompletedTask;
    }

    private static BytesValue CopyOf(byte[] message) => new() { Value = ByteString.CopyFrom(message) };
}
