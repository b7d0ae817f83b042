namespace FireAndForget.Tests.Fuzz.Generation;

/// <summary>The text of parameters and results.</summary>
internal static class Signature
{
    public static string Of(IEnumerable<WasmType> parameters, IEnumerable<WasmType> results) =>
        string.Concat(parameters.Select(type => $" (param {type})")) + Results(results);

    public static string Results(IEnumerable<WasmType> results) =>
        string.Concat(results.Select(type => $" (result {type})"));
}
