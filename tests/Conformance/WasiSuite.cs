using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace FireAndForget.Tests.Conformance;

/// <summary>
/// The public tests of WASI preview 1: commands that look at what they get and end with an exit code. Those that need no folder are run,
/// as guests that do all of it while they are loaded.
/// </summary>
internal static partial class WasiSuite
{
    private const string Pattern = "tests/*/testsuite/wasm32-wasip1";

    private static Suite Checkout { get; } = new("wasi-testsuite", "wasi-testsuite", "tests");

    /// <summary>Runs them, and writes the table of docs/testing.md and what is behind it.</summary>
    /// <returns>Whether anything differs from what the suite says.</returns>
    /// <exception cref="ConformanceException">The checkout is not there, or has no binaries.</exception>
    public static bool Run(string suites, TextWriter output)
    {
        string folder = Path.Combine(suites, Checkout.Repository, Checkout.Folder);
        string[] files = Directory.Exists(folder)
            ?
            [
                .. Directory
                    .EnumerateFiles(folder, "*.wasm", SearchOption.AllDirectories)
                    .Where(file => IsPreview1().IsMatch(file))
                    .Order(StringComparer.Ordinal),
            ]
            : [];
        if (files.Length == 0)
        {
            throw new ConformanceException($"There is nothing in {folder} as {Pattern}. {Suite.HowToGetThem}");
        }

        int needFolders = 0;
        int asExpected = 0;
        List<string> findings = [];
        foreach (string file in files)
        {
            using JsonDocument said = Said(file);
            if (said.RootElement.TryGetProperty("root", out _))
            {
                needFolders++;
            }
            else if (Finding(file, said.RootElement) is { } finding)
            {
                findings.Add($"{Path.GetRelativePath(folder, file)}: {finding}");
            }
            else
            {
                asExpected++;
            }
        }

        output.WriteLine("| suite | commit | files | need a folder | as expected | differ |");
        output.WriteLine("|---|---|---|---|---|---|");
        output.WriteLine(
            $"| {Checkout.Name}, preview 1 | {Checkout.Commit(suites)} | {files.Length} | {needFolders} | {asExpected} | {findings.Count} |"
        );
        findings.ForEach(output.WriteLine);
        output.WriteLine();
        return findings.Count != 0;
    }

    /// <summary>What the suite says of a test; nothing special where it has no file for that.</summary>
    private static JsonDocument Said(string file)
    {
        string json = Path.ChangeExtension(file, ".json");
        return JsonDocument.Parse(File.Exists(json) ? File.ReadAllBytes(json) : "{}"u8.ToArray());
    }

    /// <summary>What differs from what the suite says; null where nothing does.</summary>
    private static string? Finding(string file, JsonElement said)
    {
        WasiOptions wasi = new() { Arguments = [Path.GetFileName(file)] };
        if (said.TryGetProperty("args", out JsonElement arguments))
        {
            foreach (JsonElement argument in arguments.EnumerateArray())
            {
                wasi.Arguments.Add(argument.GetString()!);
            }
        }

        if (said.TryGetProperty("env", out JsonElement environment))
        {
            foreach (JsonProperty variable in environment.EnumerateObject())
            {
                wasi.Environment.Add(variable.Name, variable.Value.GetString()!);
            }
        }

        Output output = new();
        string ended = Load(CommandReceiver.Of(File.ReadAllBytes(file)), wasi, output);
        int code = said.TryGetProperty("exit_code", out JsonElement exit) ? exit.GetInt32() : 0;
        string expected = code == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"exit with code {code}.");
        if (code == 0 ? ended.Length != 0 : !ended.EndsWith(expected, StringComparison.Ordinal))
        {
            return $"it is to end with {code}: {ended} {output.Text}";
        }

        return
            said.TryGetProperty("stdout", out JsonElement text)
            && text.GetString() is { } written
            && written.TrimEnd('\n') != output.Text
            ? $"it is to write '{written}' and wrote '{output.Text}'"
            : null;
    }

    /// <summary>Why a guest was not loaded; empty where it was.</summary>
    private static string Load(byte[] guest, WasiOptions wasi, Output output)
    {
        using MessagingHost host = new(
            new()
            {
                Workers = 0,
                CompileCache = null,
                GuestOutput = output,
            }
        );
        try
        {
            host.AddComponent(
                "test",
                ComponentSource.FromBytes(guest),
                new()
                {
                    Wasi = wasi,
                    Limits = new() { LoadTimeout = TimeSpan.FromMinutes(2) },
                }
            );
            return "";
        }
        catch (ComponentLoadException e)
        {
            return e.Message;
        }
    }

    [GeneratedRegex("[/\\\\]testsuite[/\\\\]wasm32-wasip1[/\\\\]")]
    private static partial Regex IsPreview1();

    /// <summary>What a test wrote to its standard output, in lines.</summary>
    private sealed class Output : IGuestOutput
    {
        private readonly StringBuilder _text = new();

        public string Text => _text.ToString().TrimEnd('\n');

        public void Write(string component, bool isError, ReadOnlySpan<byte> line)
        {
            if (!isError)
            {
                _text.Append(Encoding.UTF8.GetString(line)).Append('\n');
            }
        }
    }
}
