using FireAndForget.Guests.Calls;

namespace FireAndForget.Guests.Decoding;

/// <summary>Compares a core module with the core contract, and plans it: it is its own only instance.</summary>
internal static class CoreModuleDescriber
{
    private const string Offer =
        $"{HostMessaging.CoreModule}.{HostMessaging.Send} {HostMessaging.CoreFourToOne} and "
        + $"{HostMessaging.CoreModule}.{HostMessaging.SelfId} {HostMessaging.CoreSelfIdType}";

    private const string Advice =
        "Build it with the exports and imports of the core contract, or as a component of messaging.wit.";

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
            // A name may be shared by many imports, and each of them is told with it.
            budget.Take(ImportCost + (sizeof(char) * ((long)import.Module.Length + import.Name.Length)), 0);
            imports.Add($"{import.Module}.{import.Name}");
            items.Add(new HostMessagingImport(import.Name));
            if (ExpectedImport(import) is not { } expected)
            {
                unknown.Add(module, import, isWrongType: false);
            }
            else if (!IsOfType(module, import.External, expected))
            {
                unknown.Add(module, import, isWrongType: import.Sort == CoreSort.Function);
            }
            else
            {
                sends |= import.Name == HostMessaging.Send;
            }
        }

        bool receives = IsFunction(
            module,
            HostMessaging.HandleMessage,
            HostMessaging.CoreFourToOne,
            out string? refusal
        );
        refusal ??=
            IsFunction(module, HostMessaging.CoreRealloc, HostMessaging.CoreFourToOne, out string? wrong)
            && IsMemory(module, out wrong)
                ? null
                : wrong;
        bool initializes = module.Exports.ContainsKey(HostMessaging.CoreInitialize);
        if (
            initializes
            && !IsFunction(module, HostMessaging.CoreInitialize, HostMessaging.CoreInitializeType, out wrong)
        )
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
            Refusals.Join(refusal, unknown, Offer, AdviceFor(module))
            ?? MemoryLimits.TooMany(1, module.Memories.Count, module.Tables.Count)
            ?? MemoryLimits.TooMuchOfTheHost(1, module.HostBytes);
        DirectPlan? plan = refusal is null
            ? new DirectPlan(
                false,
                [PlannedModule.Of(module)],
                [new PlannedInstance(0, items)],
                new CoreExport(0, HostMessaging.HandleMessage),
                new CoreExport(0, HostMessaging.CoreMemory),
                new CoreExport(0, HostMessaging.CoreRealloc),
                null,
                initializes ? new CoreExport(0, HostMessaging.CoreInitialize) : null
            )
            : null;
        return new GuestDescription(
            false,
            imports,
            [.. module.Exports.Keys],
            receives,
            sends,
            false,
            unknown.Names,
            refusal,
            plan,
            refusal ?? "",
            null,
            new GuestOutline([module], [])
        );
    }

    private static bool IsOfType(CoreModule module, CoreExternal external, string expected) =>
        external.Sort == CoreSort.Function && module.Types.Is(external.Place, expected);

    /// <summary>What to do with a module that is refused: one that a toolchain made for a component lacks one more command.</summary>
    private static string AdviceFor(CoreModule module)
    {
        bool usesPreview1 = module.Imports.Any(import => import.Module is "wasi_snapshot_preview1" or "wasi_unstable");
        bool usesInterfaces = module.Imports.Any(import => import.Module.Contains(':') && import.Module.Contains('/'));
        if (!usesPreview1 && !usesInterfaces && !module.HasComponentType)
        {
            return Advice;
        }

        string adapter = usesPreview1
            ? " --adapt wasi_snapshot_preview1=wasi_snapshot_preview1.reactor.wasm (Wasmtime's releases have it)"
            : "";
        return module.HasComponentType
            ? $"It is the core of a component: make that with wasm-tools component new FILE -o COMPONENT{adapter}"
            : "Make a component of it: wasm-tools component embed messaging.wit FILE --world messenger -o EMBEDDED, then wasm-tools "
                + $"component new EMBEDDED -o COMPONENT{adapter}";
    }

    private static string? ExpectedImport(CoreImport import) =>
        import.Module != HostMessaging.CoreModule ? null
        : import.Name == HostMessaging.Send ? HostMessaging.CoreFourToOne
        : import.Name == HostMessaging.SelfId ? HostMessaging.CoreSelfIdType
        : null;

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
