using System.Text.Json;

namespace FireAndForget.Tests.Conformance;

/// <summary>A child process: goes through the list of cases and writes a verdict a line, at once, so that nothing is lost with it.</summary>
internal static class Child
{
    public static int Run(string list, int first, TextWriter output)
    {
        List<Case> cases = JsonSerializer.Deserialize<List<Case>>(File.ReadAllBytes(list))!;
        for (int i = first; i < cases.Count; i++)
        {
            output.WriteLine(JsonSerializer.Serialize(Judge.Of(i, cases[i])));
            output.Flush();
        }

        return 0;
    }
}
