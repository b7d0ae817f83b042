using FireAndForget.Guests.Calls;

namespace FireAndForget.Guests.Decoding;

// What the planner hands to a guest that has async functions, see AsyncPlanner.

/// <summary>
/// A handler of a guest that has async functions: called as any other, it runs until its task has ended, and answers what the task
/// returned.
/// </summary>
/// <param name="Handler">Its name, one of <see cref="HostMessaging.Handlers"/>.</param>
/// <param name="Function">What it is lifted from.</param>
/// <param name="Callback">
/// The function <c>(event: i32, i32, i32) -> i32</c> that goes on where it waited; null where it is lifted without the async form, and
/// answers by itself.
/// </param>
/// <param name="MayWait">Whether its type is that of an async function: another one may not wait.</param>
internal sealed record TaskHandler(string Handler, CoreItem Function, CoreItem? Callback, bool MayWait) : CoreItem;

/// <summary>The built-in <c>task.return</c>, for one type of result.</summary>
/// <param name="Result">Which one that is.</param>
/// <param name="Memory">The memory in which a text or list of it lies, where it has any.</param>
internal sealed record TaskReturn(TaskResult Result, CoreExport? Memory) : CoreItem
{
    /// <summary>The type where it is of no handler: each such type has a core type of its own.</summary>
    public ComponentType? OtherType { get; init; }
}

/// <summary>Any other built-in of async functions, by its name.</summary>
/// <param name="Name">As the canonical ABI calls it.</param>
/// <param name="Memory">Where an event is written, if it gives one.</param>
/// <param name="Slot">The number of a context's slot, 0 or 1.</param>
/// <param name="IsAsync">Whether cancelling does not wait.</param>
internal sealed record TaskBuiltIn(string Name, CoreExport? Memory = null, uint Slot = 0, bool IsAsync = false)
    : CoreItem;

/// <summary>A built-in of streams or futures.</summary>
/// <param name="Name">As the canonical ABI calls it.</param>
/// <param name="Type">The type of the stream or future.</param>
/// <param name="Memory">Where values are read or written, if it does either and they take room.</param>
/// <param name="IsAsync">Whether it answers at once where it would have to wait.</param>
internal sealed record ChannelBuiltIn(string Name, ChannelType Type, CoreExport? Memory, bool IsAsync) : CoreItem;

/// <summary>The results that handlers have.</summary>
internal enum TaskResult : byte
{
    /// <summary>Of no handler.</summary>
    Other,

    /// <summary>None, as <c>handle-reply</c>.</summary>
    None,

    /// <summary>A <c>result</c>, as <c>handle-message</c> of 1.0.</summary>
    Plain,

    /// <summary>A <c>result&lt;_, string></c>, as <c>handle-message</c> of 1.1 and <c>handle-topic</c>.</summary>
    Reasoned,

    /// <summary>A <c>result&lt;list&lt;u8>, string></c>, as <c>handle-request</c>.</summary>
    Answer,
}
