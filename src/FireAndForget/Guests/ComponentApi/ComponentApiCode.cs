using FireAndForget.Guests.Compiling;
using FireAndForget.Guests.Direct;
using Wasmtime;
using Wasmtime.Components;
using HostMessaging = FireAndForget.Guests.Direct.Decoding.HostMessaging;
using WholeComponent = Wasmtime.Components.Component;

namespace FireAndForget.Guests.ComponentApi;

/// <summary>
/// A component compiled as a whole, and a linker that gives each instance of it what it imports: <c>host-messaging</c>, and WASI
/// where it asks for that.
/// </summary>
internal sealed class ComponentApiCode : GuestCode
{
    private readonly WholeComponent _component;
    private readonly ComponentLinker _linker;

    private ComponentApiCode(Engine engine, GuestDescription description, WholeComponent component, bool isGuarded)
    {
        Engine = engine;
        Parts = description.Parts!;
        UsesWasi = description.UsesWasi;
        AddedMemory = isGuarded ? WaitGuard.MemoryBytes : 0;
        _component = component;
        _linker = new(engine);
        if (UsesWasi)
        {
            _linker.AddWasiPreview2();
        }

        using ComponentLinkerInstance root = _linker.Root();
        using ComponentLinkerInstance messaging = root.AddInstance(HostMessaging.Interface);
        messaging.DefineFunction(
            HostMessaging.Send,
            (arguments, results) => results[0] = ComponentApiGuest.Current.Send(arguments[0], arguments[1])
        );
        messaging.DefineFunction(HostMessaging.SelfId, (_, results) => results[0] = ComponentApiGuest.Current.SelfId);
    }

    public Engine Engine { get; }

    public GuestParts Parts { get; }

    public bool UsesWasi { get; }

    /// <summary>The bytes of the memory that the host adds; 0: none.</summary>
    public long AddedMemory { get; }

    public override int Memories => Parts.Memories.Count + (AddedMemory == 0 ? 0 : 1);

    /// <summary>Compiles a component that is not refused.</summary>
    /// <exception cref="ComponentLoadException">It is not valid WebAssembly, or has more parts than a guest may have.</exception>
    public static ComponentApiCode Compile(
        Engine engine,
        GuestCompiler compiler,
        GuestDescription description,
        byte[] binary
    )
    {
        MemoryLimits.CheckParts(description.Parts!);
        byte[]? guarded = WaitGuard.TryWrap(binary, description.Imports);
        try
        {
            var component = compiler.Component(guarded ?? binary);
            return new(engine, description, component, isGuarded: guarded is not null);
        }
        catch (WasmtimeException e)
        {
            throw new ComponentLoadException($"it is not valid WebAssembly: {GuestErrors.Reason(e)}.", e);
        }
    }

    public override long MostMemory(LimitOptions limits) => MemoryLimits.MostMemory(Parts, limits);

    public override Guest Instantiate(IGuestHost host, LimitOptions limits) =>
        new ComponentApiGuest(this, host, limits);

    /// <exception cref="WasmtimeException">What it imports is not there, or it failed while it was instantiated.</exception>
    public ComponentInstance InstantiateIn(Store store) => _linker.Instantiate(store, _component);

    public override string DescribeRejection(int answer) => "handle-message returned an error";

    public override void Dispose()
    {
        _linker.Dispose();
        _component.Dispose();
    }
}
