namespace FireAndForget.Guests.Direct.Decoding;

/// <summary>Compares a core module with the core contract, and plans it: it is its own only instance.</summary>
internal static class CoreModuleDescriber
{
    private const string Offer =
        $"{HostMessaging.CoreModule}.{HostMessaging.Send} {HostMessaging.CoreFourToOne} and "
        + $"{HostMessaging.CoreModule}.{HostMessaging.SelfId} {HostMessaging.CoreSelfIdType}";

    private const string Advice =
        "Build it with the exports and imports of the core contract, or as a component of messaging.wit.";

    public static GuestDescription Describe(CoreModule module)
    {
        List<string> imports = [];
        List<string> unknown = [];
        List<CoreItem> items = [];
        bool sends = false;
        foreach (CoreImport import in module.Imports)
        {
            string name = $"{import.Module}.{import.Name}";
            imports.Add(name);
            items.Add(new HostMessagingImport(import.Name));
            if (ExpectedImport(import) is not { } expected)
            {
                unknown.Add(name);
            }
            else if (import.Type != expected)
            {
                unknown.Add(import.Type.Length == 0 ? name : $"{name} (as func {import.Type})");
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
        refusal = Refusals.Join(refusal, unknown, Offer, Advice);
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
            unknown,
            refusal,
            plan,
            refusal ?? "",
            null
        );
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
            wrong = export.Type == type ? null : $"{name} has type {export.Type}, expected {type}";
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
