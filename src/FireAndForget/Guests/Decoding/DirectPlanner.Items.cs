using System.Diagnostics.CodeAnalysis;
using FireAndForget.Guests.Calls;

namespace FireAndForget.Guests.Decoding;

// What core instances are given: exports of others, and functions of the host or of the canonical ABI.
internal sealed partial class DirectPlanner
{
    private const string HandlerOfHost = "a handler or what serves it is a function of the host";

    private bool TryItem(
        CoreDefinition definition,
        int offset,
        InlinedComponent component,
        [NotNullWhen(true)] out CoreItem? item
    )
    {
        item = null;
        switch (definition)
        {
            case { Sort: CoreSort.Tag }:
                return Fails("a core module of it is given a tag, which the direct runtime cannot link");
            case InstanceExport export:
                item = new CoreExport(component.Planned[export.Instance], export.Name);
                return true;
            case LoweredFunction lowered:
                if (OfImport(lowered.Function, component) is { } function)
                {
                    _hasTasks |= lowered.Function.Type.Kind == ComponentTypeKind.AsyncFunction;
                    return TryLowered(function, lowered, offset, component, out item);
                }

                if (!TrapsAtOnce(lowered.Function, component))
                {
                    return Fails(
                        "it calls a function of its own or of a nested component through the component's types"
                    );
                }

                item = new TrappingFunction(_trappingFunctions++);
                return true;
            case DroppedResource dropped:
                if (OfImport(dropped.Resource, component) is not { } resource)
                {
                    return Fails("it uses a resource that it defines itself");
                }

                item = new ResourceDrop(resource.Interface, resource.Name);
                return HasHandlesAlone(component);
            case CanonicalBuiltIn builtIn when AsyncPlanner.IsAsync(builtIn):
                _hasTasks = true;
                return AsyncPlanner.Beyond(builtIn) is { } beyond
                    ? Fails(beyond)
                    : TryBuiltIn(builtIn, offset, component, out item);
            case CanonicalBuiltIn builtIn:
                return Fails($"it uses the canonical built-in {builtIn.Name}");
            default:
                throw new InvalidOperationException($"{definition} is a definition that the planner does not know.");
        }
    }

    /// <summary>What the guest imports, where that is what an item of a component comes to.</summary>
    private ImportedName? OfImport(ComponentItem item, InlinedComponent component) =>
        _origins.Find(new(item, component)) is { Component.Outer: null } found ? found.Item.Import : null;

    /// <summary>
    /// Whether a call of a function does nothing but trap, whatever it is given: what a tool puts in place of an import that its
    /// output has no use for.
    /// </summary>
    private bool TrapsAtOnce(ComponentFunction function, InlinedComponent component)
    {
        return _origins.Find(new(function, component)) is { Item: ComponentFunction { Lift: { } lift } }
            && lift.Options.Unusual is null
            && Traps(lift.Function)
            && (lift.Options.Realloc is null || Traps(lift.Options.Realloc));

        static bool Traps(CoreDefinition definition) =>
            definition is InstanceExport { Instance.Module.Module: { } module } export
            && module.TrappingExports.Contains(export.Name);
    }

    /// <summary>
    /// Whether no other component than this one uses what has handles: each component has handles of its own, and an instance on this
    /// runtime has one table of them.
    /// </summary>
    private bool HasHandlesAlone(InlinedComponent component)
    {
        _ofWasi ??= component;
        return _ofWasi == component || Fails("more than one of its components uses WASI or async functions");
    }

    private bool TryBuiltIn(
        CanonicalBuiltIn builtIn,
        int offset,
        InlinedComponent component,
        [NotNullWhen(true)] out CoreItem? item
    )
    {
        item = null;
        CoreExport? memory = null;
        if (
            (builtIn.Options is { } options && OptionsUnknown(options, builtIn.Name))
            || (
                (builtIn.Memory ?? builtIn.Options?.Memory) is { } definition
                && !TryExport(definition, component, out memory)
            )
        )
        {
            return false;
        }

        // Tasks and what they wait for belong to a component, as handles do, which they are.
        item = AsyncPlanner.IsOfChannel(builtIn)
            ? new ChannelBuiltIn(
                builtIn.Name,
                _layouts.ChannelOf(builtIn.Type!, offset),
                memory,
                builtIn.Options?.IsAsync ?? builtIn.IsAsync
            )
            : AsyncPlanner.Plan(builtIn, memory, offset);
        return HasHandlesAlone(component);
    }

    private bool TryLowered(
        ImportedName import,
        LoweredFunction lowered,
        int offset,
        InlinedComponent component,
        [NotNullWhen(true)] out CoreItem? item
    )
    {
        item = null;
        CanonicalOptions options = lowered.Options;
        CoreExport? memory = null;
        CoreExport? realloc = null;
        if (
            OptionsUnknown(options, $"{GuestText.Quote(import.Interface)}#{GuestText.Quote(import.Name)}")
            || (options.Memory is { } memoryOption && !TryExport(memoryOption, component, out memory))
            || (options.Realloc is { } reallocOption && !TryExport(reallocOption, component, out realloc))
        )
        {
            return false;
        }

        item = new LoweredImport(import.Interface, import.Name, memory, realloc)
        {
            IsAsync = options.IsAsync,
            Stream = ChannelOf(import, lowered.Function.Type, ComponentTypeKind.Stream, offset),
            Future = ChannelOf(import, lowered.Function.Type, ComponentTypeKind.Future, offset),
        };
        return HostMessaging.IsInterface(import.Interface) || HasHandlesAlone(component);
    }

    /// <summary>
    /// The first stream or future that a function of WASI 0.3 takes or gives, by itself or in a tuple; null where it has none. No function
    /// that the host has an answer for has two.
    /// </summary>
    private ChannelType? ChannelOf(ImportedName import, ComponentType function, ComponentTypeKind kind, int offset)
    {
        ComponentType? found = WasiInterfaces.IsWasi3(import.Interface)
            ? function
                .Parts.SelectMany(part => part is { Kind: ComponentTypeKind.Tuple } ? part.Parts : [part])
                .FirstOrDefault(part => part?.Kind == kind)
            : null;
        return found is null ? null : _layouts.ChannelOf(found, offset);
    }

    private bool TryFunction(
        CoreDefinition definition,
        string type,
        int offset,
        InlinedComponent component,
        [NotNullWhen(true)] out CoreItem? function
    )
    {
        if (
            definition is InstanceExport { Instance.Module.Module: { } module } export
            && !module.Types.Is(export.Place, type)
        )
        {
            throw WasmReader.Damaged(
                $"core function {GuestText.Quote(export.Name)} has type {module.Types.Describe(export.Place)} and should have "
                    + $"{type}",
                offset
            );
        }

        // What the host offers is made for a module's import, whose type it has; but for the functions of host-messaging it is not made to be
        // called by the host itself, though a built-in may have the right type for that.
        return TryItem(definition, offset, component, out function)
            && (
                function is CoreExport
                || (function is LoweredImport { Interface: var name } && HostMessaging.IsInterface(name))
                || Fails(HandlerOfHost)
            );
    }

    private bool TryExport(
        CoreDefinition definition,
        InlinedComponent component,
        [NotNullWhen(true)] out CoreExport? export
    )
    {
        export = definition is InstanceExport of ? new CoreExport(component.Planned[of.Instance], of.Name) : null;
        return export is not null || Fails(HandlerOfHost);
    }
}
