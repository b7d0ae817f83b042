namespace FireAndForget.Guests.Direct.Decoding;

/// <summary>The sentences that say why a guest cannot be hosted.</summary>
internal static class Refusals
{
    public static string NoExport(string name, string type, IReadOnlyCollection<string> exports) =>
        $"it exports no {name} (expected {type}); it exports {GuestText.List(exports)}";

    /// <summary>The reason so far with the unknown imports added to it; null where there is neither.</summary>
    public static string? Join(string? refusal, IReadOnlyCollection<string> unknownImports, string offer)
    {
        if (unknownImports.Count == 0)
        {
            return refusal;
        }

        string imports =
            $"it imports {GuestText.List(unknownImports)}, which the host does not offer (it offers {offer})";
        return refusal is null ? imports : $"{refusal}; {imports}";
    }
}
