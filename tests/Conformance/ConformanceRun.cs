using System.Diagnostics;
using System.Text.Json;

namespace FireAndForget.Tests.Conformance;

/// <summary>A run over all suites: converts, has the cases judged, and reports.</summary>
internal static class ConformanceRun
{
    /// <returns>0 where nothing was found; else 1.</returns>
    /// <exception cref="ConformanceException">A suite or wasm-tools is missing.</exception>
    public static int Run(string suites, string wasmTools, TextWriter output)
    {
        string folder = Directory.CreateTempSubdirectory("conformance-").FullName;
        try
        {
            bool differs = WasiSuite.Run(suites, output);
            List<Case> cases = Collect(suites, new(wasmTools, folder), out List<string> unread);
            string list = Path.Combine(folder, "cases.json");
            File.WriteAllBytes(list, JsonSerializer.SerializeToUtf8Bytes(cases));
            output.WriteLine($"{cases.Count} files of {Suite.All.Count} suites are judged.");

            ConformanceReport report = new(cases);
            ChildRunner.Run(list, cases.Count, report.Add, report.AddEnd);
            report.Write(output, suites, unread);
            return report.HasFindings || differs ? 1 : 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static List<Case> Collect(string suites, ScriptConverter converter, out List<string> unread)
    {
        List<Case> cases = [];
        unread = [];
        foreach (Suite suite in Suite.All)
        {
            foreach (string script in suite.Scripts(suites))
            {
                string name = Path.GetRelativePath(Path.Combine(suites, suite.Repository, suite.Folder), script);
                if (converter.Convert(script, out string problem) is { } json)
                {
                    cases.AddRange(Case.Read(suite.Name, name, json));
                }
                else
                {
                    unread.Add($"{suite.Name}: {name}: {problem}");
                }
            }
        }

        return cases;
    }
}
