using System.Text.Json;

namespace FireAndForget.Tests.Conformance;

/// <summary>A binary of a suite and what the suite says of it.</summary>
/// <param name="Suite">The suite's name.</param>
/// <param name="Script">The script's path below its suite, with the line.</param>
/// <param name="File">The binary.</param>
/// <param name="IsValid">Whether the suite calls it valid.</param>
/// <param name="IsLinked">Whether it is a module that the script instantiates without an error.</param>
internal sealed record Case(string Suite, string Script, string File, bool IsValid, bool IsLinked)
{
    /// <summary>Reads what <c>wasm-tools json-from-wast</c> made of a script.</summary>
    /// <param name="suite">The suite's name.</param>
    /// <param name="script">The script's path, for reports.</param>
    /// <param name="json">The file.</param>
    public static IEnumerable<Case> Read(string suite, string script, string json)
    {
        using var document = JsonDocument.Parse(System.IO.File.ReadAllBytes(json));
        string folder = Path.GetDirectoryName(json)!;
        List<Case> cases = [];
        foreach (JsonElement command in document.RootElement.GetProperty("commands").EnumerateArray())
        {
            (bool IsValid, bool IsLinked)? said = command.GetProperty("type").GetString() switch
            {
                "module" => (true, true),
                "module_definition" or "assert_unlinkable" or "assert_uninstantiable" => (true, false),
                "assert_invalid" or "assert_malformed" => (false, false),
                _ => null,
            };
            // What is malformed as text never becomes a binary, and is the parser's matter.
            if (
                said is { } expected
                && command.TryGetProperty("filename", out JsonElement name)
                && !(command.TryGetProperty("module_type", out JsonElement type) && type.GetString() == "text")
            )
            {
                cases.Add(
                    new(
                        suite,
                        $"{script}:{command.GetProperty("line").GetInt32()}",
                        Path.Combine(folder, name.GetString()!),
                        expected.IsValid,
                        expected.IsLinked
                    )
                );
            }
        }

        return cases;
    }
}
