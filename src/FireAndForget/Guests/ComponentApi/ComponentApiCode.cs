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

    private ComponentApiCode(
        Engine engine,
        GuestDescription description,
        HostWasi wasi,
        WholeComponent component,
        bool isGuarded
    )
    {
        Engine = engine;
        Parts = description.Parts!;
        UsesWasi = description.UsesWasi;
        AddedMemory = isGuarded ? WaitGuard.MemoryBytes : 0;
        _component = component;
        _linker = CreateLinker(engine, UsesWasi ? wasi : null);
    }

    public Engine Engine { get; }

    public GuestParts Parts { get; }

    public bool UsesWasi { get; }

    /// <summary>The bytes of the memory that the host adds; 0: none.</summary>
    public long AddedMemory { get; }

    public override int Memories => Parts.MemoriesAndHeap.Count + (AddedMemory == 0 ? 0 : 1);

    /// <summary>Compiles a component that is valid.</summary>
    /// <exception cref="ComponentLoadException">It cannot be compiled, or imports what this runtime lacks.</exception>
    public static ComponentApiCode Compile(
        Engine engine,
        GuestCompiler compiler,
        GuestDescription description,
        HostWasi wasi,
        byte[] binary
    )
    {
        binary = description.Outline.WithWholeNames(binary);
        byte[]? guarded = WaitGuard.TryWrap(binary, description.Imports);
        WholeComponent component;
        try
        {
            component = compiler.Component(guarded ?? binary);
        }
        catch (WasmtimeException e)
        {
            throw new ComponentLoadException($"it cannot be compiled: {GuestErrors.Reason(e)}.", e);
        }

        ComponentApiCode code = new(engine, description, wasi, component, isGuarded: guarded is not null);
        try
        {
            return MissingImport(code._linker, engine, component) is { } missing
                ? throw new ComponentLoadException(missing)
                : code;
        }
        catch
        {
            code.Dispose();
            throw;
        }
    }

    /// <summary>What a component imports and this runtime does not have, as the reason of a refusal; null where it has all.</summary>
    public static string? MissingImport(Engine engine, WholeComponent component)
    {
        using ComponentLinker linker = CreateLinker(engine, default(HostWasi));
        return MissingImport(linker, engine, component);
    }

    public override long MostMemory(LimitOptions limits) => MemoryLimits.MostMemory(Parts, limits);

    public override Guest Instantiate(IGuestHost host, LimitOptions limits) =>
        new ComponentApiGuest(this, host, limits);

    /// <exception cref="WasmtimeException">What it imports is not there, or it failed while it was instantiated.</exception>
    public ComponentInstance InstantiateIn(Store store) => _linker.Instantiate(store, _component);

    /// <summary>Wasmtime compares all imports with what the linker has before it makes the first of the instances, for which there is no room.</summary>
    private static string? MissingImport(ComponentLinker linker, Engine engine, WholeComponent component)
    {
        using Store store = new(engine);
        store.SetLimits(instances: 0);
        try
        {
            linker.Instantiate(store, component);
            return null;
        }
        catch (WasmtimeException e)
        {
            return ComponentApiErrors.MissingImport(e);
        }
    }

    /// <param name="engine">The engine.</param>
    /// <param name="wasi">What the host gives of WASI; null: there is none.</param>
    private static ComponentLinker CreateLinker(Engine engine, HostWasi? wasi)
    {
        ComponentLinker linker = new(engine) { AllowShadowing = true };
        if (wasi is not null)
        {
            linker.AddWasiPreview2();
        }

        using ComponentLinkerInstance root = linker.Root();
        wasi?.Define(root);
        using ComponentLinkerInstance messaging = root.AddInstance(HostMessaging.Interface);
        messaging.DefineFunction(
            HostMessaging.Send,
            (arguments, results) => results[0] = ComponentApiGuest.Current.Send(arguments[0], arguments[1])
        );
        messaging.DefineFunction(HostMessaging.SelfId, (_, results) => results[0] = ComponentApiGuest.Current.SelfId);
        return linker;
    }

    public override string DescribeRejection(int answer) => "handle-message returned an error";

    public override void Dispose()
    {
        _linker.Dispose();
        _component.Dispose();
    }
}
