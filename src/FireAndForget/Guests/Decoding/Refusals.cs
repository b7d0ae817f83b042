namespace FireAndForget.Guests.Decoding;

/// <summary>The sentences that say why a guest cannot be hosted.</summary>
internal static class Refusals
{
    public const string UncountedParts =
        "a component within it instantiates a core module or component that it is given, whose memories the host cannot count. "
        + "Compose it of components that bring their own modules";

    public static string NoExport(string name, string type, IReadOnlyCollection<string> exports) =>
        $"it exports no {name} (expected {type}); it exports {GuestText.List(exports)}";

    /// <summary>That a guest has none of the handlers, of which it needs one.</summary>
    /// <param name="type">The type of <c>handle-message</c>.</param>
    /// <param name="exports">What it has.</param>
    public static string NoHandler(string type, IReadOnlyCollection<string> exports) =>
        $"it exports no {HostMessaging.HandleMessage} (expected {type}), nor {HostMessaging.HandleRequest}, {HostMessaging.HandleReply} or "
        + $"{HostMessaging.HandleTopic}, one of which it needs; it exports {GuestText.List(exports)}";

    public static string NoFunction(string name, string sort, string type) =>
        $"{name} is no function (it is exported as: {sort.ToLowerInvariant()}), expected {type}";

    /// <summary>What is wrong, the unknown imports included, and what to do; null where nothing is wrong.</summary>
    public static string? Join(string? wrong, NameList unknownImports, string offer, string advice)
    {
        if (!unknownImports.IsEmpty)
        {
            string imports =
                unknownImports.AreAllMistyped ? $"it imports {unknownImports}: the host offers that with another type"
                : unknownImports.HasMistyped
                    ? $"it imports {unknownImports}, which the host does not offer, or not with that type (it offers {offer})"
                : $"it imports {unknownImports}, which the host does not offer (it offers {offer})";
            wrong = wrong is null ? imports : $"{wrong}; {imports}";
        }

        return wrong is null ? null : $"{wrong}. {advice}";
    }
}
