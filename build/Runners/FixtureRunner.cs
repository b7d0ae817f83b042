// Translates each fixture's text with Wasmtime and compares it with the committed binary, so that a fixture is always
// what its source says.

using Cake.Common;
using Cake.Common.Diagnostics;
using Cake.Core;
using Wasmtime;

namespace FireAndForget.Build.Runners;

internal sealed class FixtureRunner(BuildContext context)
{
    private readonly string _directory = context.Root.Combine("fixtures").FullPath;

    public void Run()
    {
        bool writes = context.IsAskedFor("Fixtures") && context.HasArgument("update");
        string[] sources = [.. Directory.GetFiles(_directory, "*.wat").Order(StringComparer.Ordinal)];
        string[] binaries = [.. Directory.GetFiles(_directory, "*.wasm").Order(StringComparer.Ordinal)];

        List<string> problems =
        [
            .. sources.Select(source => Check(source, writes)).OfType<string>(),
            .. binaries
                .Where(binary => !File.Exists(Path.ChangeExtension(binary, ".wat")))
                .Select(binary => $"{NameOf(binary)} has no source. Add the .wat that it is built from, or delete it."),
        ];
        if (sources.Length == 0)
        {
            problems.Add("there is no .wat file in fixtures, so nothing was checked.");
        }

        if (problems.Count > 0)
        {
            throw new CakeException("The fixtures are not in order:\n  " + string.Join("\n  ", problems));
        }

        context.Information("{0} fixtures are what their sources give.", sources.Length);
    }

    /// <summary>Compares one source with its binary, or writes the binary.</summary>
    /// <returns>What is wrong and what to do, or null.</returns>
    private string? Check(string source, bool writes)
    {
        byte[] expected;
        try
        {
            expected = Module.ConvertText(File.ReadAllText(source));
        }
        catch (WasmtimeException exception)
        {
            return $"{NameOf(source)} is not valid WebAssembly text: {exception.Message}";
        }

        string binary = Path.ChangeExtension(source, ".wasm");
        byte[]? committed = File.Exists(binary) ? File.ReadAllBytes(binary) : null;
        if (committed is not null && committed.AsSpan().SequenceEqual(expected))
        {
            return null;
        }

        if (writes)
        {
            File.WriteAllBytes(binary, expected);
            context.Information("Wrote {0}, {1} bytes.", NameOf(binary), expected.Length);
            return null;
        }

        string difference = committed is null ? "is missing" : $"differs from what {NameOf(source)} gives";
        return $"{NameOf(binary)} {difference}. Run: dotnet run --project build -- --target=Fixtures --update";
    }

    private static string NameOf(string path) => $"fixtures/{Path.GetFileName(path)}";
}
