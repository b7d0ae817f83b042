using FireAndForget.Guests.Calls;

namespace FireAndForget.Guests.Decoding;

/// <summary>One instance of a core module.</summary>
/// <param name="Module">The module, by its place in the plan.</param>
/// <param name="Imports">What to hand to its imports, in the module's own order.</param>
internal sealed record PlannedInstance(int Module, IReadOnlyList<CoreItem> Imports);
