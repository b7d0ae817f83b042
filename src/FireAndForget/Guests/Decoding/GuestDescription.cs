namespace FireAndForget.Guests.Decoding;

/// <summary>
/// What a binary is, read from its bytes without running or compiling it; a load and <c>faf inspect</c> start from it.
/// </summary>
/// <param name="IsComponent">A component, or else a core module.</param>
/// <param name="Imports">The names as the component has them; a core module's as <c>module.name</c>.</param>
/// <param name="Exports">The names of its exports.</param>
/// <param name="Receives">Whether it exports a handler of the contract's type.</param>
/// <param name="Sends">Whether it imports the host's <c>send</c>.</param>
/// <param name="UsesWasi">Whether it imports WASI.</param>
/// <param name="UnknownImports">What no runtime can give it, by name: its load is refused.</param>
/// <param name="Refusal">Why no runtime can host it, unknown imports included; null where one can.</param>
/// <param name="Plan">
/// How the direct runtime runs it; null where it is refused or goes to the component-API runtime.
/// </param>
/// <param name="Reason">Why there is no plan, the refusal included; empty where there is one.</param>
/// <param name="Parts">What an instance of a component is made of; null for a core module, and where it cannot be known.</param>
/// <param name="Outline">Where its core modules stand, for checking it as a whole.</param>
internal sealed record GuestDescription(
    bool IsComponent,
    IReadOnlyList<string> Imports,
    IReadOnlyList<string> Exports,
    bool Receives,
    bool Sends,
    bool UsesWasi,
    IReadOnlyList<string> UnknownImports,
    string? Refusal,
    DirectPlan? Plan,
    string Reason,
    GuestParts? Parts,
    GuestOutline Outline
)
{
    /// <summary>Whether it imports what it may import although nobody grants it: each call traps.</summary>
    public bool HasRefusedImports { get; init; }

    /// <summary>Whether the direct runtime alone hosts it: it is of <c>wasi:messaging</c>, or <see cref="IsAsync"/>.</summary>
    public bool NeedsDirect { get; init; }

    /// <summary>Whether it has async functions or imports WASI 0.3, which the direct runtime has alone.</summary>
    public bool IsAsync { get; init; }
}
