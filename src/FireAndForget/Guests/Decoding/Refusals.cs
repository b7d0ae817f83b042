namespace FireAndForget.Guests.Decoding;

/// <summary>The sentences that say why a guest cannot be hosted.</summary>
internal static class Refusals
{
    public const string UncountedParts =
        "a component within it instantiates a core module or component that it is given, whose memories the host cannot count. "
        + "Compose it of components that bring their own modules";

    public static string NoExport(string name, string type, IReadOnlyCollection<string> exports) =>
        $"it exports no {name} (expected {type}); it exports {GuestText.List(exports)}";

    public static string NoFunction(string name, string sort, string type) =>
        $"{name} is no function (it is exported as: {sort.ToLowerInvariant()}), expected {type}";

    /// <summary>What is wrong, the unknown imports included, and what to do; null where nothing is wrong.</summary>
    public static string? Join(string? wrong, NameList unknownImports, string offer, string advice)
    {
        if (!unknownImports.IsEmpty)
        {
            string imports = $"it imports {unknownImports}, which the host does not offer (it offers {offer})";
            wrong = wrong is null ? imports : $"{wrong}; {imports}";
        }

        return wrong is null ? null : $"{wrong}. {advice}";
    }
}
