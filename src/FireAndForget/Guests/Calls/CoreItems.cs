namespace FireAndForget.Guests.Calls;

/// <summary>Something that can be handed to a core module's import.</summary>
internal abstract record CoreItem;

/// <summary>
/// What an earlier instance, by its place in the plan, exports under a name: a function, memory, table or global.
/// </summary>
internal sealed record CoreExport(int Instance, string Name) : CoreItem;
