using FireAndForget.Guests.Calls;

namespace FireAndForget.Guests.Decoding;

// Guests of wasi:messaging: one handler, which is given handles of messages.
internal sealed partial class DirectPlanner
{
    /// <summary>Plans a component whose incoming handler has the right type.</summary>
    /// <param name="component">The component.</param>
    /// <param name="handler">The handler's function.</param>
    /// <param name="budget">What reading it may cost.</param>
    /// <param name="reason">Why there is no plan; empty where there is one.</param>
    /// <param name="isAsync">Whether it uses async functions, which makes that there is no plan.</param>
    public static DirectPlan? PlanMessaging(
        ComponentScope component,
        ComponentFunction handler,
        DecodingBudget budget,
        out string reason,
        out bool isAsync
    )
    {
        DirectPlanner planner = new(budget);
        DirectPlan? plan = planner.PlanMessaging(new InlinedComponent(component), handler);
        reason = planner._why;
        isAsync = planner._hasTasks;
        return plan;
    }

    private DirectPlan? PlanMessaging(InlinedComponent guest, ComponentFunction handler)
    {
        const string Name = $"{WasiMessaging.IncomingHandler}#{WasiMessaging.Handle}";
        if (!TryPlan(guest))
        {
            return null;
        }

        if (_origins.Find(new(handler, guest)) is not { Item: ComponentFunction { Lift: { } lift } function } found)
        {
            return Not($"{Name} comes out of an import");
        }

        if (
            !function.Type.Is(WasiMessaging.HandleType)
            || OfImport(function.Type.Parts[0]!.Parts[0]!, found.Component)
                is not { Interface: WasiMessaging.Types, Name: WasiMessaging.Message }
        )
        {
            return Not($"{Name} takes a message that is not of {WasiMessaging.Types}");
        }

        _hasTasks |= lift.Options.IsAsync || function.Type.Kind == ComponentTypeKind.AsyncFunction;
        if (_hasTasks)
        {
            return Not("it uses async functions, which a guest of wasi:messaging cannot use here");
        }

        if (lift.Options.Memory is null)
        {
            throw WasmReader.Damaged($"{Name} is lifted without memory, which its type needs", lift.Offset);
        }

        CoreItem? postReturn = null;
        if (
            OptionsUnknown(lift.Options, Name)
            || !HasHandlesAlone(found.Component)
            || !TryFunction(
                lift.Function,
                WasiMessaging.CoreHandleType,
                lift.Offset,
                found.Component,
                out CoreItem? handle
            )
            || !TryExport(lift.Options.Memory, found.Component, out CoreExport? memory)
            || (
                lift.Options.PostReturn is { } ended
                && !TryFunction(ended, HostMessaging.CorePostReturnType, lift.Offset, found.Component, out postReturn)
            )
        )
        {
            return null;
        }

        // Nothing is handed over by realloc: the guest asks for what a message has.
        return new DirectPlan(true, _modules, _instances, new NoHandler(), memory, new NoHandler(), null)
        {
            IncomingHandler = new(handle, postReturn),
        };
    }
}
