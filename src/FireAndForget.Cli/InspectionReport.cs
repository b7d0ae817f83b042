using System.Text.Json;
using FireAndForget.Wording;
using Spectre.Console;

namespace FireAndForget.Cli;

/// <summary>What <c>faf inspect</c> writes of a file: a JSON object in a line, or a few lines for a person.</summary>
internal static class InspectionReport
{
    public static void WriteJson(string file, ComponentInspection inspection)
    {
        JsonLine.Write(json =>
        {
            json.WriteString("file", file);
            json.WriteString("kind", Kind(inspection));
            WriteNames(json, "imports", inspection.Imports);
            WriteNames(json, "exports", inspection.Exports);
            json.WriteBoolean("receives", inspection.Receives);
            json.WriteBoolean("sends", inspection.Sends);
            json.WriteString("runtime", Runtime(inspection));
            json.WriteString("why", inspection.Reason);
        });
    }

    public static void WriteText(string file, ComponentInspection inspection)
    {
        IAnsiConsole console = AnsiConsole.Console;
        // Lines are not wrapped, so that a search finds what stands in one line, whatever the width.
        console.Profile.Width = int.MaxValue;
        console.MarkupLineInterpolated($"[bold]{PlainText.Escape(file)}[/]");
        WriteField(console, "kind", [Kind(inspection)]);
        WriteField(
            console,
            "runtime",
            inspection.Refusal is null ? [Runtime(inspection)] : ["none, it cannot be hosted"]
        );
        if (inspection.Refusal is null && inspection.Reason.Length != 0)
        {
            WriteField(console, "why", [inspection.Reason]);
        }

        WriteField(console, "receives", [inspection.Receives ? "yes" : "no"]);
        WriteField(console, "sends", [inspection.Sends ? "yes" : "no"]);
        if (inspection.Initializes)
        {
            string start = inspection.Exports.Contains("_initialize") ? "_initialize" : "_start";
            WriteField(console, "starts", [$"{start} is called once in each fresh instance"]);
        }

        WriteField(console, "imports", inspection.Imports);
        WriteField(console, "exports", inspection.Exports);
    }

    private static void WriteField(IAnsiConsole console, string name, IReadOnlyList<string> values)
    {
        string label = name;
        foreach (string value in values.DefaultIfEmpty("none"))
        {
            console.MarkupLineInterpolated($"  [grey]{label, -10}[/]{PlainText.Escape(value)}");
            label = "";
        }
    }

    private static void WriteNames(Utf8JsonWriter json, string property, IReadOnlyList<string> names)
    {
        json.WriteStartArray(property);
        foreach (string name in names)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
    }

    private static string Kind(ComponentInspection inspection) => inspection.IsComponent ? "component" : "core-module";

    private static string Runtime(ComponentInspection inspection) =>
        inspection.Runtime == GuestRuntime.Direct ? "direct" : "component-api";
}
