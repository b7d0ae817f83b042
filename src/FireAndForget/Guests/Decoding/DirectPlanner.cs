using System.Diagnostics.CodeAnalysis;
using FireAndForget.Guests.Calls;

namespace FireAndForget.Guests.Decoding;

/// <summary>
/// Turns a component's definitions into the plan of the direct runtime, or says why there is none. Every core instance
/// of the component is planned, in its order: one that nothing refers to may still matter, as the last one of
/// wit-component's output does, which fills a table. Components within it are planned where it instantiates them, as if their
/// definitions stood there.
/// </summary>
internal sealed partial class DirectPlanner
{
    private const int InstanceCost = 512;
    private const int ItemCost = 96;

    // Wrappers put one component around another; engines set no bound.
    private const int DeepestNesting = 50;

    private readonly DecodingBudget _budget;
    private readonly List<PlannedModule> _modules = [];
    private readonly List<PlannedInstance> _instances = [];
    private readonly Dictionary<ComponentModule, int> _moduleNumbers = [];
    private readonly OriginFinder _origins = new();
    private readonly TypeLayouts _layouts;
    private InlinedComponent? _ofWasi;
    private int _trappingFunctions;
    private string _why = "";

    /// <summary>Whether it has async functions, or calls any: what its handlers run is a task then.</summary>
    private bool _hasTasks;

    private DirectPlanner(DecodingBudget budget)
    {
        _budget = budget;
        _layouts = new(budget);
    }

    /// <summary>Plans a component whose handlers, one at least, have the contract's types.</summary>
    /// <param name="component">The component.</param>
    /// <param name="handlers">Its handlers by their names, in the order of <see cref="HostMessaging.Handlers"/>.</param>
    /// <param name="budget">What reading it may cost.</param>
    /// <param name="reason">Why there is no plan; empty where there is one.</param>
    /// <param name="isAsync">Whether it uses what no other runtime has: async functions and what belongs to them.</param>
    public static DirectPlan? Plan(
        ComponentScope component,
        OrderedDictionary<string, ComponentFunction> handlers,
        DecodingBudget budget,
        out string reason,
        out bool isAsync
    )
    {
        DirectPlanner planner = new(budget);
        planner._hasTasks = handlers.Values.Any(handler =>
            handler.Type.Kind == ComponentTypeKind.AsyncFunction || handler.Lift?.Options.IsAsync == true
        );
        DirectPlan? plan = planner.Plan(component, handlers);
        reason = planner._why;
        isAsync = planner._hasTasks;
        return plan;
    }

    private DirectPlan? Plan(ComponentScope component, OrderedDictionary<string, ComponentFunction> handlers)
    {
        InlinedComponent guest = new(component);
        if (!TryPlan(guest))
        {
            return null;
        }

        Dictionary<string, LiftedHandler> lifted = [];
        foreach ((string name, ComponentFunction function) in handlers)
        {
            if (_origins.Find(new(function, guest)) is not { Item: ComponentFunction { Lift: { } lift } } found)
            {
                return Not($"{name} comes out of an import");
            }

            _hasTasks |= lift.Options.IsAsync;
            if (lift.Options is { IsAsync: true, Callback: null })
            {
                return Not(
                    $"{name} is lifted async without a callback, which needs a stack of its own (build it with a callback)"
                );
            }

            if (OptionsUnknown(lift.Options, name) || !TryLift(name, lift, found.Component, out LiftedHandler? handler))
            {
                return null;
            }

            lifted.Add(name, handler);
        }

        if (_hasTasks)
        {
            foreach ((string name, LiftedHandler handler) in lifted)
            {
                bool mayWait = handlers[name].Type.Kind == ComponentTypeKind.AsyncFunction;
                lifted[name] = handler with
                {
                    Function = new TaskHandler(name, handler.Function, handler.Callback, mayWait),
                };
            }
        }

        LiftedHandler first = lifted[handlers.GetAt(0).Key];
        if (lifted.Values.Any(handler => handler.Memory != first.Memory || handler.Realloc != first.Realloc))
        {
            return Not("its handlers have different memories or reallocs");
        }

        if (
            _instances.Any(instance =>
                instance.Imports.Any(item =>
                    item is TaskReturn { Result: not TaskResult.Other, Memory: { } memory } && memory != first.Memory
                )
            )
        )
        {
            return Not("task.return and its handlers have different memories");
        }

        LiftedHandler? message = lifted.GetValueOrDefault(HostMessaging.HandleMessage);
        bool hasReasons =
            message is not null
            && handlers[HostMessaging.HandleMessage].Type.Is(HostMessaging.ReasonedHandleMessageType, orAsync: true);
        return new DirectPlan(
            true,
            _modules,
            _instances,
            message?.Function ?? new NoHandler(),
            first.Memory,
            first.Realloc,
            message?.PostReturn
        )
        {
            GivesReasons = hasReasons && message!.Callback is null,
            ReturnsReasons = hasReasons && message!.Callback is not null,
            HasTasks = _hasTasks,
            Responder = Planned(HostMessaging.HandleRequest),
            ReplyHandler = Planned(HostMessaging.HandleReply),
            TopicHandler = Planned(HostMessaging.HandleTopic),
        };

        PlannedHandler? Planned(string name) =>
            lifted.TryGetValue(name, out LiftedHandler? handler) ? new(handler.Function, handler.PostReturn) : null;
    }

    /// <summary>Plans what a component instantiates, components within it included.</summary>
    private bool TryPlan(InlinedComponent component)
    {
        if (component.Scope.HasStart)
        {
            return Fails(
                component.Outer is null
                    ? "the component has a start function"
                    : "a component within it has a start function"
            );
        }

        if (component.Depth > DeepestNesting)
        {
            return Fails($"its components instantiate one another more than {DeepestNesting} deep");
        }

        foreach (Instantiation made in component.Scope.Instantiations)
        {
            bool isPlanned = made.Core is { } instance
                ? TryPlan(instance, component)
                : TryPlan(component.Make(made.Component!));
            if (!isPlanned)
            {
                return false;
            }
        }

        return true;
    }

    private bool TryLift(
        string name,
        CanonicalLift lift,
        InlinedComponent component,
        [NotNullWhen(true)] out LiftedHandler? handler
    )
    {
        handler = null;
        if (lift.Options.Memory is null || lift.Options.Realloc is null)
        {
            throw WasmReader.Damaged($"{name} is lifted without memory or realloc, which its type needs", lift.Offset);
        }

        CoreItem? postReturn = null;
        CoreItem? callback = null;
        string type = lift.Options.IsAsync
            ? AsyncPlanner.CoreTypeOfHandler(name)
            : HostMessaging.CoreTypeOfHandler(name);
        if (
            !TryFunction(lift.Function, type, lift.Offset, component, out CoreItem? function)
            || !TryExport(lift.Options.Memory, component, out CoreExport? memory)
            || !TryFunction(
                lift.Options.Realloc,
                HostMessaging.CoreFourToOne,
                lift.Offset,
                component,
                out CoreItem? realloc
            )
            || (
                lift.Options.Callback is { } called
                && !TryFunction(called, AsyncPlanner.CallbackType, lift.Offset, component, out callback)
            )
            || (
                lift.Options.PostReturn is { } ended
                && !TryFunction(
                    ended,
                    name == HostMessaging.HandleReply
                        ? HostMessaging.CoreEmptyPostReturnType
                        : HostMessaging.CorePostReturnType,
                    lift.Offset,
                    component,
                    out postReturn
                )
            )
        )
        {
            return false;
        }

        handler = new(function, memory, realloc, postReturn, callback);
        return true;
    }

    private bool TryPlan(CoreInstance instance, InlinedComponent component)
    {
        if (instance.Module!.Module is not { } module)
        {
            return Fails("it instantiates a core module that it imports");
        }

        if (module.UnusualMemory is { } unusual)
        {
            return Fails($"a core module of it has {unusual}");
        }

        if (!module.IsListable)
        {
            return Fails($"a core module of it {module.DescribeUnlistable()}, which the direct runtime cannot link");
        }

        // Each instance has items of its own for its module's imports.
        _budget.Take(InstanceCost + ((long)module.Imports.Count * ItemCost), instance.Offset);
        List<CoreItem> imports = new(module.Imports.Count);
        foreach (CoreImport import in module.Imports)
        {
            if (
                !instance.Arguments.TryGetValue(import.Module, out CoreInstance? source)
                || source.Find(import.Name, import.Sort) is not { } definition
                || definition.Sort != import.Sort
            )
            {
                throw WasmReader.Damaged(
                    $"a core module's import {GuestText.Quote(import.Module)}.{GuestText.Quote(import.Name)} is given "
                        + "nothing of its sort",
                    instance.Offset
                );
            }

            if (!TryItem(definition, instance.Offset, component, out CoreItem? item))
            {
                return false;
            }

            imports.Add(item);
        }

        if (!_moduleNumbers.TryGetValue(instance.Module, out int number))
        {
            number = _modules.Count;
            _moduleNumbers.Add(instance.Module, number);
            _modules.Add(PlannedModule.Of(module));
        }

        component.Planned.Add(instance, _instances.Count);
        _instances.Add(new PlannedInstance(number, imports));
        return true;
    }

    /// <summary>Whether options are such that only Wasmtime's component API knows them: an import's, or a handler's.</summary>
    private bool OptionsUnknown(CanonicalOptions options, string function)
    {
        if (options.Unusual is null && options.StringEncoding == "utf8")
        {
            return false;
        }

        string uses = options.Unusual is { } unusual
            ? $"the canonical option {unusual}"
            : $"string encoding {options.StringEncoding}";
        return !Fails($"{function} uses {uses}");
    }

    private bool Fails(string reason)
    {
        _why = reason;
        return false;
    }

    private DirectPlan? Not(string reason)
    {
        _why = reason;
        return null;
    }

    /// <summary>What a handler is lifted from.</summary>
    private sealed record LiftedHandler(
        CoreItem Function,
        CoreExport Memory,
        CoreItem Realloc,
        CoreItem? PostReturn,
        CoreItem? Callback
    );
}
