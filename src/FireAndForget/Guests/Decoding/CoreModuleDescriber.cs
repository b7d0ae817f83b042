using FireAndForget.Guests.Calls;

namespace FireAndForget.Guests.Decoding;

/// <summary>Compares a core module with the core contract, and plans it: it is its own only instance.</summary>
internal static class CoreModuleDescriber
{
    // An import's name, the item that is planned for it, and their places in lists.
    private const int ImportCost = 32 + 32 + (2 * DecodingBudget.Slot);

    public static GuestDescription Describe(CoreModule module, DecodingBudget budget)
    {
        List<string> imports = [];
        NameList unknown = new();
        List<CoreItem> items = [];
        bool sends = false;
        foreach (CoreImport import in module.Imports)
        {
            // Many imports may share a name in the binary, and the description has a copy for each of them.
            budget.Take(ImportCost + (sizeof(char) * ((long)import.Module.Length + import.Name.Length)), 0);
            imports.Add($"{import.Module}.{import.Name}");
            items.Add(new HostImport(import.Module, import.Name));
            if (CoreImports.TypeOf(import.Module, import.Name) is not { } expected)
            {
                unknown.Add(module, import, expected: null);
            }
            else if (!IsOfType(module, import.External, expected))
            {
                unknown.Add(module, import, import.Sort == CoreSort.Function ? expected : null);
            }
            else
            {
                sends |= import.Module == HostMessaging.CoreModule && HostMessaging.Sends(import.Name);
            }
        }

        Dictionary<string, CoreExport> handlers = FindHandlers(module, out string? refusal);
        bool allocates = HasRealloc(module, out bool usesMalloc, out string? wrong) && IsMemory(module, out wrong);
        refusal ??= allocates ? null : wrong;
        string? initialize = InitializeOf(module);
        if (initialize is not null && !IsFunction(module, initialize, HostMessaging.CoreInitializeType, out wrong))
        {
            refusal ??= wrong;
        }

        refusal ??= module.UnusualMemory is { } unusual
            ? $"it has {unusual}: the host can run modules with 32-bit memories that are not shared, in pages of 64 KiB"
            : null;
        refusal ??= module.IsListable
            ? null
            : $"it {module.DescribeUnlistable()}, and the host can link numbers, vectors, funcref and externref: keep it inside "
                + "the module";
        refusal =
            Refusals.Join(refusal, unknown, CoreImports.Offer, AdviceFor(module))
            ?? MemoryLimits.TooMany(1, module.Memories.Count, module.Tables.Count)
            ?? MemoryLimits.TooMuchOfTheHost(1, module.HostBytes);
        return new GuestDescription(
            false,
            imports,
            [.. module.Exports.Keys],
            handlers.Count != 0,
            sends,
            false,
            unknown.Names,
            refusal,
            refusal is null ? Plan(module, items, handlers, usesMalloc, initialize) : null,
            refusal ?? "",
            null,
            new GuestOutline([module], [])
        );
    }

    private static DirectPlan Plan(
        CoreModule module,
        List<CoreItem> imports,
        Dictionary<string, CoreExport> handlers,
        bool usesMalloc,
        string? initialize
    )
    {
        PlannedModule guest = PlannedModule.Of(module);
        PlannedInstance instance = new(0, imports);
        return new DirectPlan(
            false,
            usesMalloc ? [guest, MallocAdapter.Module] : [guest],
            usesMalloc ? [instance, MallocAdapter.Instance(1)] : [instance],
            handlers.TryGetValue(HostMessaging.HandleMessage, out CoreExport? message) ? message : new NoHandler(),
            new CoreExport(0, HostMessaging.CoreMemory),
            new CoreExport(usesMalloc ? 1 : 0, HostMessaging.CoreRealloc),
            null,
            initialize is null ? null : new CoreExport(0, initialize)
        )
        {
            Responder = Planned(HostMessaging.HandleRequest),
            ReplyHandler = Planned(HostMessaging.HandleReply),
            TopicHandler = Planned(HostMessaging.HandleTopic),
        };

        PlannedHandler? Planned(string name) =>
            handlers.TryGetValue(name, out CoreExport? handler) ? new(handler, null) : null;
    }

    /// <summary>A module's handlers by the contract's names. A module without any is refused.</summary>
    private static Dictionary<string, CoreExport> FindHandlers(CoreModule module, out string? refusal)
    {
        Dictionary<string, CoreExport> handlers = [];
        refusal = null;
        foreach (string handler in HostMessaging.Handlers)
        {
            string name = Name(module, handler, HostMessaging.OtherNameOf(handler));
            if (!module.Exports.ContainsKey(name))
            {
                continue;
            }

            if (IsFunction(module, name, HostMessaging.CoreTypeOfHandler(handler), out string? wrong))
            {
                handlers.Add(handler, new CoreExport(0, name));
            }

            refusal ??= wrong;
        }

        if (handlers.Count == 0)
        {
            refusal ??= Refusals.NoHandler(HostMessaging.CoreFourToOne, [.. module.Exports.Keys]);
        }

        return handlers;
    }

    private static bool IsOfType(CoreModule module, CoreExternal external, string expected) =>
        external.Sort == CoreSort.Function && module.Types.Is(external.Place, expected);

    /// <summary>
    /// The advice for a module that is refused. One that a toolchain made as the core of a component needs one more command.
    /// </summary>
    private static string AdviceFor(CoreModule module)
    {
        string adapter = module.Imports.Any(import => import.Module is CoreImports.Preview1 or "wasi_unstable")
            ? " --adapt wasi_snapshot_preview1=wasi_snapshot_preview1.reactor.wasm (Wasmtime's releases have it)"
            : "";
        return module.HasComponentType
            ? $"It is the core of a component: make that with wasm-tools component new FILE -o COMPONENT{adapter}"
            : "Build it with the exports and imports of the core contract, or as a component of messaging.wit: wasm-tools component embed "
                + "messaging.wit FILE --world messenger -o EMBEDDED, then wasm-tools component new EMBEDDED -o COMPONENT"
                + adapter;
    }

    /// <summary>The name under which a module exports something: the contract's, or where it has none the other one.</summary>
    private static string Name(CoreModule module, string name, string other) =>
        !module.Exports.ContainsKey(name) && module.Exports.ContainsKey(other) ? other : name;

    /// <summary>The function of a module that runs once in each fresh instance; null where there is none.</summary>
    private static string? InitializeOf(CoreModule module)
    {
        string name = Name(module, HostMessaging.CoreInitialize, HostMessaging.CoreStart);
        return module.Exports.ContainsKey(name) ? name : null;
    }

    /// <summary>Whether a module can be asked for room, by its realloc or where it has none its malloc.</summary>
    private static bool HasRealloc(CoreModule module, out bool usesMalloc, out string? wrong)
    {
        string name = Name(module, HostMessaging.CoreRealloc, HostMessaging.CoreMalloc);
        usesMalloc = name == HostMessaging.CoreMalloc;
        return IsFunction(
            module,
            name,
            usesMalloc ? HostMessaging.CoreMallocType : HostMessaging.CoreFourToOne,
            out wrong
        );
    }

    private static bool IsFunction(CoreModule module, string name, string type, out string? wrong)
    {
        if (!module.Exports.TryGetValue(name, out CoreExternal export))
        {
            wrong = Refusals.NoExport(name, type, [.. module.Exports.Keys]);
        }
        else if (export.Sort != CoreSort.Function)
        {
            wrong = Refusals.NoFunction(name, export.Sort.ToString(), type);
        }
        else
        {
            wrong = module.Types.Is(export.Place, type)
                ? null
                : $"{name} has type {module.FunctionType(export)}, expected {type}";
        }

        return wrong is null;
    }

    private static bool IsMemory(CoreModule module, out string? wrong)
    {
        wrong =
            module.Exports.TryGetValue(HostMessaging.CoreMemory, out CoreExternal export)
            && export.Sort == CoreSort.Memory
                ? null
                : Refusals.NoExport(HostMessaging.CoreMemory, "a memory", [.. module.Exports.Keys]);
        return wrong is null;
    }
}
