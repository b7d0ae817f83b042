using FireAndForget.Guests.Calls;

namespace FireAndForget.Guests.Decoding;

/// <summary>
/// How to run a guest through the core API alone: which core modules to instantiate, in which order, what to hand to
/// each of their imports, and where <c>handle-message</c> is found then. The decoder writes it, the direct runtime
/// follows it.
/// </summary>
/// <param name="IsComponent">
/// Whether the guest is a component, whose <c>handle-message</c> answers with the discriminant of a result (0 or 1), or
/// a core module, whose answer is a number.
/// </param>
/// <param name="Modules">The core modules that are needed.</param>
/// <param name="Instances">The instances in the order in which to make them.</param>
/// <param name="HandleMessage">The function that handles a message: <c>(i32, i32, i32, i32) -> i32</c>.</param>
/// <param name="Memory">The memory through which its arguments pass.</param>
/// <param name="Realloc">The function that gives room in that memory.</param>
/// <param name="PostReturn">The function <c>(i32) -> ()</c> to call with its answer, where there is one.</param>
/// <param name="Initialize">
/// The function <c>() -> ()</c> to call once in each fresh instance before anything else, where there is one: <c>_initialize</c>, or
/// <c>_start</c>.
/// </param>
internal sealed record DirectPlan(
    bool IsComponent,
    IReadOnlyList<PlannedModule> Modules,
    IReadOnlyList<PlannedInstance> Instances,
    CoreItem HandleMessage,
    CoreExport Memory,
    CoreItem Realloc,
    CoreItem? PostReturn,
    CoreExport? Initialize = null
)
{
    /// <summary>Whether it is a command, which may end its start by exiting.</summary>
    public bool IsCommand => Initialize?.Name == HostMessaging.CoreStart;

    /// <summary>Whether it handles messages; else <see cref="HandleMessage"/> is <see cref="NoHandler"/>.</summary>
    public bool HandlesMessages => HandleMessage is not NoHandler;

    /// <summary>The handler of requests, which uses the same memory and realloc; null: there is none.</summary>
    public PlannedHandler? Responder { get; init; }

    /// <summary>The handler of replies, likewise.</summary>
    public PlannedHandler? ReplyHandler { get; init; }

    /// <summary>The handler of messages that were published under a topic, likewise.</summary>
    public PlannedHandler? TopicHandler { get; init; }

    /// <summary>Takes all messages as <c>wasi:messaging</c> has them, in place of the other handlers; null: they do.</summary>
    public PlannedHandler? IncomingHandler { get; init; }

    /// <summary>
    /// Whether <c>handle-message</c> is that of 1.1: it answers with the address of a result, whose error is a text.
    /// </summary>
    public bool GivesReasons { get; init; }

    /// <summary>
    /// Whether it has or calls async functions: its handlers are <see cref="TaskHandler"/>s then. One with a callback answers 0 or 1
    /// whatever its result is.
    /// </summary>
    public bool HasTasks { get; init; }

    /// <summary>As <see cref="GivesReasons"/>, for one that returns its result by <c>task.return</c>.</summary>
    public bool ReturnsReasons { get; init; }

    /// <summary>What an instance is made of, without what the host adds.</summary>
    public GuestParts Parts =>
        field ??= new(
            Instances.Count,
            [.. Instances.SelectMany(instance => Modules[instance.Module].Memories)],
            [.. Instances.SelectMany(instance => Modules[instance.Module].Tables)],
            Modules.Any(module => module.HasStart),
            Modules.Any(module => module.HasHeap),
            Modules.Any(module => module.MakesObjects),
            Instances.Sum(instance => Modules[instance.Module].HostBytes)
                + (HostFunctions.Count() * InstanceCost.HostFunction)
        );

    /// <summary>The functions that the host makes for imports: one for all imports that mean the same.</summary>
    private IEnumerable<CoreItem> HostFunctions =>
        Instances.SelectMany(instance => instance.Imports).Where(item => item is not CoreExport).Distinct();
}

/// <summary>A handler beside <c>handle-message</c>.</summary>
/// <param name="Function">The function, of the core type that <see cref="HostMessaging.CoreTypeOfHandler"/> gives.</param>
/// <param name="PostReturn">
/// The function to call behind it, <c>(i32) -> ()</c> with its answer, or <c>() -> ()</c> where it has none; null: there is none.
/// </param>
internal sealed record PlannedHandler(CoreItem Function, CoreItem? PostReturn);

/// <summary>One instance of a core module.</summary>
/// <param name="Module">The module, by its place in the plan.</param>
/// <param name="Imports">What to hand to its imports, in the module's own order.</param>
internal sealed record PlannedInstance(int Module, IReadOnlyList<CoreItem> Imports);

/// <summary>A core module of a guest, and what an instance of it adds to the guest's memories and tables.</summary>
/// <param name="Bytes">The module's binary, a range of the guest's bytes.</param>
/// <param name="Memories">The memories that it defines (not those that it imports), in pages of 64 KiB.</param>
/// <param name="Tables">The tables that it defines, in elements.</param>
/// <param name="HasStart">Whether code of it runs while it is instantiated.</param>
/// <param name="HasHeap">Whether it needs a heap of objects that the engine collects.</param>
/// <param name="MakesObjects">Whether its globals and tables may start with such objects.</param>
/// <param name="HostBytes">What an instance of it takes of the host beside those, as <see cref="InstanceCost"/> counts.</param>
internal sealed record PlannedModule(
    ReadOnlyMemory<byte> Bytes,
    IReadOnlyList<CoreLimits> Memories,
    IReadOnlyList<CoreLimits> Tables,
    bool HasStart,
    bool HasHeap = false,
    bool MakesObjects = false,
    long HostBytes = 0
)
{
    /// <summary>A module as the decoder read it.</summary>
    public static PlannedModule Of(Decoding.CoreModule module) =>
        new(
            module.Bytes,
            module.Memories,
            module.Tables,
            module.HasStart,
            module.HasHeap,
            module.MakesObjects,
            module.HostBytes
        );
}
