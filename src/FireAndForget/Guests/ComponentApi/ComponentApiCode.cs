using FireAndForget.Guests.Compiling;
using FireAndForget.Guests.Instances;
using Wasmtime;
using Wasmtime.Components;
using GuestDescription = FireAndForget.Guests.Decoding.GuestDescription;
using GuestParts = FireAndForget.Guests.Decoding.GuestParts;
using HostMessaging = FireAndForget.Guests.Decoding.HostMessaging;
using MemoryLimits = FireAndForget.Guests.Decoding.MemoryLimits;
using ModuleNames = FireAndForget.Guests.Decoding.ModuleNames;
using StrippedBinary = FireAndForget.Guests.Decoding.StrippedBinary;
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
        GuestWorld? world,
        bool isGuarded,
        IReadOnlyList<ModuleNames> names
    )
    {
        Engine = engine;
        Parts = description.Parts!;
        UsesWasi = description.UsesWasi;
        Names = names;
        World = world;
        (AddedMemories, AddedMemory) =
            world is not null ? (world.Memories, GuestWorld.MemoryBytes)
            : isGuarded ? (1, WaitGuard.MemoryBytes)
            : (0, 0);
        _component = component;
        _linker = CreateLinker(engine, UsesWasi ? wasi : null);
        if (world is not null)
        {
            DefineHost(_linker);
        }
    }

    public Engine Engine { get; }

    public GuestParts Parts { get; }

    public bool UsesWasi { get; }

    /// <summary>The world that the component is wrapped in; null where it runs without one.</summary>
    public GuestWorld? World { get; }

    /// <summary>
    /// Whether messages are passed as strings: each character of such a string is a byte of the message. The component API copies
    /// a string much faster than a list.
    /// </summary>
    public bool PassesStrings { get; private init; }

    /// <summary>The names of the modules' functions, where they are kept.</summary>
    public IReadOnlyList<ModuleNames> Names { get; }

    /// <summary>The bytes of the largest memory that the host adds; 0: none.</summary>
    public long AddedMemory { get; }

    private int AddedMemories { get; }

    public override int Memories => Parts.MemoriesAndHeap.Count + AddedMemories;

    /// <summary>Compiles a component that is valid.</summary>
    /// <exception cref="ComponentLoadException">It cannot be compiled or guarded, or imports what this runtime lacks.</exception>
    public static ComponentApiCode Compile(
        Engine engine,
        GuestCompiler compiler,
        GuestDescription description,
        HostWasi wasi,
        byte[] binary,
        bool grantsFolders
    )
    {
        binary = description.Outline.WithWholeNames(binary);
        (GuestWorld World, byte[] Binary, bool PassesStrings)? wrapped = GuestWorld.TryWrap(
            binary,
            description,
            grantsFolders
        );
        byte[]? guarded = wrapped?.Binary ?? WaitGuard.TryWrap(binary, description.Imports, description.Exports);
        var stripped = StrippedBinary.Of(guarded ?? binary, firstModule: 0, compiler.KeepsNames);
        WholeComponent component;
        try
        {
            component = compiler.Component(stripped.Bytes);
        }
        catch (WasmtimeException e)
        {
            throw new ComponentLoadException($"it cannot be compiled: {GuestErrors.Reason(e)}.", e);
        }

        ComponentApiCode code = new(
            engine,
            description,
            wasi,
            component,
            wrapped?.World,
            guarded is not null,
            stripped.Modules
        )
        {
            PassesStrings = wrapped?.PassesStrings ?? false,
        };
        try
        {
            if (description.HasRefusedImports)
            {
                // The decoder has found all other imports among those that the linker defines.
                code._linker.DefineUnknownImportsAsTraps(component);
            }

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
        DefineMessaging(root, HostMessaging.Interface);
        DefineMessaging(root, HostMessaging.InterfaceOf11);
        return linker;
    }

    private static void DefineMessaging(ComponentLinkerInstance root, string name)
    {
        using ComponentLinkerInstance messaging = root.AddInstance(name);
        messaging.DefineFunction(
            HostMessaging.Send,
            (arguments, results) => results[0] = ComponentApiGuest.Current.Send(arguments[0], arguments[1])
        );
        messaging.DefineFunction(HostMessaging.SelfId, (_, results) => results[0] = ComponentApiGuest.Current.SelfId);
        if (name == HostMessaging.InterfaceOf11)
        {
            DefineConversations(messaging);
        }
    }

    /// <summary>What 1.1 adds to sending.</summary>
    private static void DefineConversations(ComponentLinkerInstance messaging)
    {
        messaging.DefineFunction(
            HostMessaging.Publish,
            (arguments, results) => results[0] = ComponentApiGuest.Current.Publish(arguments[0], arguments[1])
        );
        messaging.DefineFunction(
            HostMessaging.Request,
            (arguments, results) =>
                results[0] = ComponentApiGuest.Current.Request(arguments[0], arguments[1], arguments[2])
        );
        messaging.DefineFunction(
            HostMessaging.CancelRequest,
            (arguments, results) => results[0] = ComponentApiGuest.Current.CancelRequest(arguments[0])
        );
        messaging.DefineFunction(
            HostMessaging.SendLater,
            (arguments, results) =>
                results[0] = ComponentApiGuest.Current.SendLater(arguments[0], arguments[1], arguments[2])
        );
        messaging.DefineFunction(
            HostMessaging.CancelLater,
            (arguments, results) => results[0] = ComponentApiGuest.Current.CancelLater(arguments[0])
        );
        messaging.DefineFunction(
            HostMessaging.MessageNumber,
            (_, results) => results[0] = ComponentApiGuest.Current.MessageNumber()
        );
    }

    /// <summary>What the guards of a world ask of the host.</summary>
    private static void DefineHost(ComponentLinker linker)
    {
        using ComponentLinkerInstance root = linker.Root();
        using (ComponentLinkerInstance messages = root.AddInstance("fire-and-forget:host/messages"))
        {
            messages.DefineFunction(
                HostMessaging.Send,
                (arguments, results) =>
                    results[0] = ComponentApiGuest.Current.SendStrings(arguments[0].AsString(), arguments[1].AsString())
            );
            messages.DefineFunction(
                HostMessaging.SelfId,
                (_, results) => results[0] = ComponentApiGuest.Current.SelfId
            );
            messages.DefineFunction("begin", (_, _) => ComponentApiGuest.Current.BeginTime());
            DefineConversations(messages);
        }

        using ComponentLinkerInstance files = root.AddInstance("fire-and-forget:host/open-files");
        files.DefineFunction(
            "take",
            (_, results) => results[0] = ComponentValue.Bool(ComponentApiGuest.Current.TryTakeFile())
        );
        files.DefineFunction("give-back", (_, _) => ComponentApiGuest.Current.GiveBackFile());
    }

    public override string DescribeRejection(int answer) => "handle-message returned an error";

    public override void Dispose()
    {
        _linker.Dispose();
        _component.Dispose();
    }
}
