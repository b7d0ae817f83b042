using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using FireAndForget.Topologies;

namespace FireAndForget.Tests.Topologies;

/// <summary>The two files of docs that are written from the tables of <see cref="TopologyFormat"/>: the JSON schema, and the reference of topology.md.</summary>
internal static class TopologyDocument
{
    public const string Schema = "topology.schema.json";

    public const string Page = "topology.md";

    private const string Start = "<!-- What follows is written by --target=Docs. -->";
    private const string End = "<!-- What was written by --target=Docs ends here. -->";

    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The text of one of the files, as it stands beside the test program.</summary>
    public static string Read(string file) =>
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Topologies", file));

    /// <summary>The schema as it should be.</summary>
    public static string WriteSchema()
    {
        JsonObject schema = new()
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "A topology of FireAndForget",
            ["description"] =
                "Which components and endpoints belong together. Comments and trailing commas are allowed.",
        };
        foreach ((string name, JsonNode? value) in TopologyFormat.Topology.Schema())
        {
            schema[name] = value?.DeepClone();
        }

        return $"{schema.ToJsonString(Options)}\n";
    }

    /// <summary>A page as it should be: what people wrote of it, with the reference as the tables give it.</summary>
    public static string WritePage(string page)
    {
        StringBuilder text = new();
        text.Append(page, 0, page.IndexOf(Start, StringComparison.Ordinal)).Append(Start).Append('\n');
        WriteObject(text, "", TopologyFormat.Topology.Schema());
        return text.Append('\n')
            .Append(
                page,
                page.IndexOf(End, StringComparison.Ordinal),
                page.Length - page.IndexOf(End, StringComparison.Ordinal)
            )
            .ToString();
    }

    /// <summary>Writes the table of an object's properties, and then those of the objects in it.</summary>
    private static void WriteObject(StringBuilder text, string path, JsonObject schema)
    {
        string heading = path.Length == 0 ? "The file" : $"`{path}`";
        text.Append(
            CultureInfo.InvariantCulture,
            $"\n### {heading}\n\n| property | value | default | what |\n|---|---|---|---|\n"
        );
        List<(string Path, JsonObject Schema)> inner = [];
        JsonArray required = schema["required"]?.AsArray() ?? [];
        foreach ((string name, JsonNode? node) in schema["properties"]!.AsObject())
        {
            JsonObject property = node!.AsObject();
            string fallback =
                required.Any(r => (string?)r == name) ? "required"
                : property["default"] is { } value ? $"`{value.ToJsonString(new() { Encoder = Options.Encoder })}`"
                : "";
            text.Append(
                CultureInfo.InvariantCulture,
                $"| `{name}` | {ValueOf(property)} | {fallback} | {property["description"]} |\n"
            );
            string propertyPath = path.Length == 0 ? name : $"{path}.{name}";
            if (property["properties"] is not null)
            {
                inner.Add((propertyPath, property));
            }
            else if (ObjectIn(property["items"]) is { } items)
            {
                inner.Add(($"{propertyPath}[]", items));
            }
        }

        foreach ((string innerPath, JsonObject innerSchema) in inner)
        {
            WriteObject(text, innerPath, innerSchema);
        }
    }

    /// <summary>The object that a value is, or may be; null: it is none.</summary>
    private static JsonObject? ObjectIn(JsonNode? schema) =>
        schema?["properties"] is not null
            ? schema.AsObject()
            : schema?["anyOf"]?.AsArray().Select(ObjectIn).FirstOrDefault(kind => kind is not null);

    private static string ValueOf(JsonObject schema) =>
        (string?)schema["type"] switch
        {
            "object" => schema["properties"] is null ? "object of strings" : "object",
            "array" => $"list: {ValueOf(schema["items"]!.AsObject())}",
            "boolean" => "true or false",
            "integer" => $"whole number, {RangeOf(schema)}",
            "number" => $"number, {RangeOf(schema)}",
            "string" => "string",
            _ when schema["enum"] is JsonArray words => string.Join(
                " or ",
                words.Select(w => $"`{w!.ToJsonString()}`")
            ),
            _ => string.Join(" or ", schema["anyOf"]!.AsArray().Select(s => ValueOf(s!.AsObject()))),
        };

    private static string RangeOf(JsonObject schema)
    {
        decimal most = (decimal)schema["maximum"]!;
        string end = most == long.MaxValue ? "2<sup>63</sup> - 1" : most.ToString("N0", CultureInfo.InvariantCulture);
        return schema["exclusiveMinimum"] is { } above
            ? $"more than {above} and at most {end}"
            : $"{schema["minimum"]} to {end}";
    }
}
