using FireAndForget.Guests.Calls;

namespace FireAndForget.Guests.Decoding;

/// <summary>
/// Which async functions, and which built-ins for them, the direct runtime has: those of the stackless form, in which a function
/// returns where it waits and is called back. What is beyond is told by its name, and is beyond the component API too.
/// </summary>
internal static class AsyncPlanner
{
    /// <summary>What is added to a reason that no other runtime knows a way around.</summary>
    public const string DirectAlone =
        "; the direct runtime cannot run that, and async functions and WASI 0.3 run on no other";

    public const string CallbackType = "(i32, i32, i32) -> i32";

    /// <summary>The slots of a context that can be named.</summary>
    private const uint Slots = 2;

    /// <summary>The type of what a handler is lifted from with a callback: each answers whether it has ended or waits.</summary>
    public static string CoreTypeOfHandler(string handler) =>
        handler == HostMessaging.HandleReply ? "(i64, i32, i32, i32) -> i32" : HostMessaging.CoreTypeOfHandler(handler);

    /// <summary>Whether a built-in is one of streams or futures.</summary>
    public static bool IsOfChannel(CanonicalBuiltIn builtIn) =>
        builtIn.Name.StartsWith("stream.", StringComparison.Ordinal)
        || builtIn.Name.StartsWith("future.", StringComparison.Ordinal);

    /// <summary>Whether a built-in has to do with async functions, streams, futures, error contexts or threads.</summary>
    public static bool IsAsync(CanonicalBuiltIn builtIn) =>
        !builtIn.Name.StartsWith("resource.", StringComparison.Ordinal);

    /// <summary>Why a built-in is beyond what is offered; null where it is offered.</summary>
    public static string? Beyond(CanonicalBuiltIn builtIn)
    {
        string name = builtIn.Name;
        string? kind = name[..name.IndexOf('.', StringComparison.Ordinal)] switch
        {
            "error-context" => "error contexts",
            "thread" when name != "thread.yield" => "threads of the component model",
            _ => null,
        };
        return kind is null ? null : $"it uses the canonical built-in {name}, and {kind} are not offered to guests";
    }

    /// <summary>The item for a built-in that is offered, and none of streams and futures.</summary>
    /// <param name="builtIn">The built-in.</param>
    /// <param name="memory">Its memory, where it has one.</param>
    /// <param name="offset">Where to say that it is wrong.</param>
    public static CoreItem Plan(CanonicalBuiltIn builtIn, CoreExport? memory, int offset)
    {
        if (builtIn.Slot >= Slots)
        {
            throw WasmReader.Damaged(
                $"{builtIn.Name} names slot {builtIn.Slot} of a context, which has {Slots}",
                offset
            );
        }

        if (builtIn.Name != "task.return")
        {
            return new TaskBuiltIn(builtIn.Name, memory, builtIn.Slot, builtIn.IsAsync);
        }

        TaskResult result = ResultOf(builtIn.Type);
        return new TaskReturn(result, memory) { OtherType = result == TaskResult.Other ? builtIn.Type : null };
    }

    private static TaskResult ResultOf(ComponentType? type) =>
        type is null ? TaskResult.None
        : type.Is(HostMessaging.HandleMessageType.Parts[^1]!) ? TaskResult.Plain
        : type.Is(HostMessaging.ReasonedHandleMessageType.Parts[^1]!) ? TaskResult.Reasoned
        : type.Is(HostMessaging.HandleRequestType.Parts[^1]!) ? TaskResult.Answer
        : TaskResult.Other;
}
