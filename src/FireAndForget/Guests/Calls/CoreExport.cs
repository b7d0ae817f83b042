namespace FireAndForget.Guests.Calls;

/// <summary>
/// What an earlier instance, by its place in the plan, exports under a name: a function, memory, table or global.
/// </summary>
internal sealed record CoreExport(int Instance, string Name) : CoreItem;
