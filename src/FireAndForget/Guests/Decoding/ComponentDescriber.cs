namespace FireAndForget.Guests.Decoding;

/// <summary>Compares a component with the worlds of <c>messaging.wit</c>, and has it planned.</summary>
internal sealed class ComponentDescriber
{
    private const string Offer =
        $"{HostMessaging.Interface} and @1.1.0, and of WASI 0.2 wasi:cli, clocks, filesystem, io, random and sockets, of 0.3 "
        + "those without io";
    private const int MostRefusable = 4;
    private const string Advice = "Build it for the world receiver or messenger of messaging.wit.";
    private const string AdviceOnImports =
        "Build it for the world receiver or messenger of messaging.wit, without what needs other imports.";

    private readonly ComponentScope _component;
    private readonly NameList _unknown = new();
    private readonly NameList _unknownWasi = new();
    private bool _sends;
    private bool _usesWasi;
    private bool _usesMessaging;

    private readonly RefusedImports _refused;
    private readonly SortedSet<string> _refusable = new(StringComparer.Ordinal);
    private bool _hasRefused;

    private ComponentDescriber(ComponentScope component, RefusedImports refused)
    {
        _component = component;
        _refused = refused;
    }

    public static GuestDescription Describe(ComponentScope component, DecodingBudget budget, RefusedImports refused) =>
        new ComponentDescriber(component, refused).Describe(budget);

    private GuestDescription Describe(DecodingBudget budget)
    {
        foreach ((string name, ComponentExtern import) in _component.Imports)
        {
            CheckImport(name, import);
        }

        OrderedDictionary<string, ComponentFunction> handlers = [];
        string? refusal = null;
        foreach (string name in HostMessaging.Handlers.Where(_component.Exports.ContainsKey))
        {
            if (FindHandler(name, out string? wrong) is { } handler)
            {
                handlers.Add(name, handler);
            }

            refusal ??= wrong;
        }

        // A guest that has handlers of messaging.wit too is called by those.
        ComponentFunction? incoming = handlers.Count == 0 && refusal is null ? FindIncoming(out refusal) : null;
        if (handlers.Count == 0 && incoming is null)
        {
            refusal ??= Refusals.NoHandler(HostMessaging.HandleMessageType.ToString(), [.. _component.Exports.Keys]);
        }

        refusal = Refusals.Join(
            refusal,
            _unknown,
            Offer,
            _unknown.IsEmpty ? Advice : AdviceOnImports + AdviceToRefuse()
        );
        GuestParts? parts = PartsCounter.Count(_component, out string? uncounted);
        refusal ??= uncounted;
        DirectPlan? plan = null;
        string reason = refusal ?? "";
        bool isAsync = false;
        if (refusal is null && !_unknownWasi.IsEmpty)
        {
            reason = $"it imports {_unknownWasi}, which the direct runtime does not know";
        }
        else if (refusal is null)
        {
            plan = incoming is null
                ? DirectPlanner.Plan(_component, handlers, budget, out reason, out isAsync)
                : DirectPlanner.PlanMessaging(_component, incoming, budget, out reason, out isAsync);
            refusal = plan is null ? null : MemoryLimits.TooMuchOfTheHost(plan.Parts.Instances, plan.Parts.HostBytes);
            plan = refusal is null ? plan : null;
            reason = refusal ?? reason;
        }

        isAsync |= _component.HasAsync || _component.Imports.Keys.Any(WasiInterfaces.IsWasi3);
        bool ofMessaging = incoming is not null || _usesMessaging;
        if (plan is null && refusal is null && (ofMessaging || isAsync))
        {
            reason = refusal = ofMessaging
                ? $"it is of wasi:messaging, which the direct runtime alone hosts, and {reason}"
                : reason + AsyncPlanner.DirectAlone;
        }

        return new GuestDescription(
            true,
            [.. _component.Imports.Keys],
            [.. _component.Exports.Keys],
            handlers.Count != 0 || incoming is not null,
            _sends,
            _usesWasi,
            _unknown.Names,
            refusal,
            plan,
            reason,
            parts,
            new GuestOutline(_component.Modules, _component.VersionedNames)
        )
        {
            HasRefusedImports = _hasRefused,
            NeedsDirect = ofMessaging || isAsync,
            IsAsync = isAsync,
        };
    }

    private void CheckImport(string name, ComponentExtern import)
    {
        if (
            import is { Sort: ComponentSort.Type, Type: { } used }
            && HostMessaging.TypesOfInterfaces.Any(type => used.Is(type))
        )
        {
            // A type that a world uses from an interface is imported under its own name too. Such an import is only a name for the
            // type.
            return;
        }

        if (import.Sort != ComponentSort.Instance)
        {
            _unknown.Add(name);
        }
        else if (HostMessaging.IsInterface(name))
        {
            CheckHostMessaging(name, import.Type!);
        }
        else if (HostMessaging.IsReplies(name))
        {
            CheckReplies(name, import.Type!);
        }
        else if (_refused.Covers(name))
        {
            _hasRefused = true;
        }
        else if (WasiMessaging.IsInterface(name))
        {
            _usesMessaging = true;
            _sends |= name == WasiMessaging.Producer && import.Type!.Exports.ContainsKey(WasiMessaging.Send);
            WasiInterfaces.FindUnknownOfMessaging(name, import.Type!, _unknown, _unknownWasi);
        }
        else if (WasiInterfaces.IsWasi(name))
        {
            _usesWasi = true;
            WasiInterfaces.FindUnknown(name, import.Type!, _unknown, _unknownWasi);
        }
        else
        {
            _unknown.Add(name);
        }

        string package = WasiInterfaces.Unversioned(name).Split('/')[0];
        if (package.StartsWith("wasi:", StringComparison.Ordinal) && !WasiInterfaces.OffersOf(package))
        {
            _refusable.Add(package);
        }
    }

    /// <summary>What to do with interfaces of WASI that no host grants, and that some toolchains import though nothing calls them.</summary>
    private string AdviceToRefuse() =>
        _refusable.Count == 0
            ? ""
            : $" Or name {string.Join(", ", _refusable.Take(MostRefusable).Select(name => GuestText.Quote(name)))} in wasi.refuse, where nothing calls it: then every call traps.";

    private void CheckHostMessaging(string messaging, ComponentType type)
    {
        foreach ((string name, ComponentExtern export) in type.Exports)
        {
            ComponentType? expected =
                name == HostMessaging.SendError
                    ? HostMessaging.SendErrorType
                    : HostMessaging.FunctionOf(messaging, name);
            ComponentSort sort = name == HostMessaging.SendError ? ComponentSort.Type : ComponentSort.Function;
            if (expected is not null && export.Sort == sort && export.Type!.Is(expected))
            {
                _sends |= HostMessaging.Sends(name);
                continue;
            }

            bool isFunction = export.Sort == ComponentSort.Function;
            _unknown.Add(
                messaging,
                name,
                isFunction ? export.Type : null,
                isFunction && sort == export.Sort ? expected : null
            );
        }
    }

    private void CheckReplies(string replies, ComponentType type)
    {
        foreach ((string name, ComponentExtern export) in type.Exports)
        {
            bool isFailure = name == HostMessaging.Failure && export.Sort == ComponentSort.Type;
            if (!isFailure || !export.Type!.Is(HostMessaging.FailureType))
            {
                _unknown.Add(replies, name, export.Sort == ComponentSort.Function ? export.Type : null);
            }
        }
    }

    /// <summary>What a guest of wasi:messaging is called by; null where it is none, or not of the type.</summary>
    private ComponentFunction? FindIncoming(out string? refusal)
    {
        refusal = null;
        if (!_component.Exports.TryGetValue(WasiMessaging.IncomingHandler, out ComponentItem? export))
        {
            return null;
        }

        ComponentItem? handle = (export as ComponentInstance)?.Find(WasiMessaging.Handle);
        if (handle is ComponentFunction function && function.Type.Is(WasiMessaging.HandleType))
        {
            return function;
        }

        refusal =
            $"{WasiMessaging.IncomingHandler} exports no {WasiMessaging.Handle} of the type {WasiMessaging.HandleType}";
        return null;
    }

    /// <summary>A handler that the component exports; null where that is none.</summary>
    private ComponentFunction? FindHandler(string name, out string? refusal)
    {
        ComponentType[] types = HostMessaging.TypesOfHandler(name);
        ComponentItem export = _component.Exports[name];
        if (export is not ComponentFunction function)
        {
            refusal = Refusals.NoFunction(name, export.Sort.ToString(), types[0].ToString());
            return null;
        }

        if (types.Any(type => function.Type.Is(type, orAsync: true)))
        {
            refusal = null;
            return function;
        }

        refusal = $"{name} has type {function.Type}, expected {string.Join<ComponentType>(" or ", types)}";
        return null;
    }
}
