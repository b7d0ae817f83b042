// Wasmtime's own component call, with an instance that stays, or with a new one for each message.

using FireAndForget.Guests.Decoding;
using FireAndForget.Guests.Instances;
using Wasmtime;
using Wasmtime.Components;

namespace FireAndForget.Peers;

internal sealed class ComponentCallPeer(bool newInstance) : Peer
{
    private readonly Engine _engine = new();
    private Wasmtime.Components.Component? _component;
    private ComponentLinker? _linker;
    private Store? _store;
    private ComponentFunction? _function;
    private ComponentValue? _sender;

    public override string Name => newInstance ? Reporting.Names.ComponentFresh : Reporting.Names.ComponentPersistent;

    public override Tally Tally { get; } = new();

    public override bool Takes(int payload) => true;

    public override Task StartAsync(int payload)
    {
        _component = Wasmtime.Components.Component.FromBytes(_engine, Guest.Binary);
        _linker = new(_engine);
        _linker.DefineUnknownImportsAsTraps(_component);
        _sender = ComponentValue.String("client");
        (_store, _function) = Instantiate();
        return Task.CompletedTask;
    }

    public override Task SendAsync(byte[] message, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (newInstance)
            {
                (Store store, ComponentFunction function) = Instantiate();
                using (store)
                {
                    Call(function, message);
                }
            }
            else
            {
                Call(_function!, message);
            }
        }

        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        _store?.Dispose();
        _linker?.Dispose();
        _component?.Dispose();
        _engine.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Call(ComponentFunction function, byte[] message)
    {
        var items = new ComponentValue[message.Length];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = ComponentValue.U8(message[i]);
        }

        if (function.Call(_sender!, ComponentValue.List(items)) is { IsOk: true })
        {
            Tally.Add(message.Length);
        }
    }

    private (Store Store, ComponentFunction Function) Instantiate()
    {
        var store = new Store(_engine);
        return (store, _linker!.Instantiate(store, _component!).GetFunction("handle-message")!);
    }
}
