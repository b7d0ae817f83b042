using System.ComponentModel;
using System.Diagnostics;

namespace FireAndForget.Tests.Conformance;

/// <summary>Turns the suites' scripts into binaries with <c>wasm-tools json-from-wast</c>.</summary>
internal sealed class ScriptConverter(string wasmTools, string folder)
{
    private int _count;

    /// <summary>Converts a script.</summary>
    /// <param name="script">Its path.</param>
    /// <param name="problem">Where it cannot be read by this version of wasm-tools, what that says.</param>
    /// <returns>The file that names the binaries; null where there is a problem.</returns>
    /// <exception cref="ConformanceException">wasm-tools cannot be started.</exception>
    public string? Convert(string script, out string problem)
    {
        string own = Path.Combine(folder, $"{_count++}");
        Directory.CreateDirectory(own);
        string json = Path.Combine(own, "script.json");
        ProcessStartInfo start = new(wasmTools, ["json-from-wast", script, "-o", json, "--wasm-dir", own])
        {
            RedirectStandardError = true,
        };
        // Some scripts are in a form that has become stricter since.
        start.Environment["WAST_STRICT_COMPONENT_INDICES"] = "0";
        try
        {
            using Process tool = Process.Start(start)!;
            problem = tool.StandardError.ReadToEnd().Split('\n')[0];
            tool.WaitForExit();
            return tool.ExitCode == 0 ? json : null;
        }
        catch (Win32Exception e)
        {
            throw new ConformanceException(
                $"'{wasmTools}' cannot be started ({e.Message}). Install it (cargo install wasm-tools, or a release of "
                    + "bytecodealliance/wasm-tools), and put it on the path or name it with --wasm-tools=PATH."
            );
        }
    }
}
