namespace FireAndForget.Guests.Decoding;

/// <summary>What there is to say of a guest to its users, without the bytes that a description refers to.</summary>
/// <param name="IsComponent">A component, or else a core module.</param>
/// <param name="Imports">The names as the component has them; a core module's as <c>module.name</c>.</param>
/// <param name="Exports">The names of its exports.</param>
/// <param name="Receives">Whether it exports a handler of the contract's type.</param>
/// <param name="Sends">Whether it imports the host's <c>send</c>.</param>
/// <param name="Initializes">Whether it is a core module with a function that runs before anything else.</param>
/// <param name="IsDirect">Whether the direct runtime is for it.</param>
/// <param name="Reason">Why that is not so; empty where it is.</param>
internal sealed record GuestSummary(
    bool IsComponent,
    IReadOnlyList<string> Imports,
    IReadOnlyList<string> Exports,
    bool Receives,
    bool Sends,
    bool Initializes,
    bool IsDirect,
    string Reason
)
{
    public static GuestSummary Of(GuestDescription description)
    {
        bool isDirect = description.Plan is not null || !description.IsComponent;
        return new(
            description.IsComponent,
            description.Imports,
            description.Exports,
            description.Receives,
            description.Sends,
            description.Plan?.Initialize is not null,
            isDirect,
            isDirect ? "" : description.Reason
        );
    }
}
