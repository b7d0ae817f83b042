using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;

namespace FireAndForget.Hosting;

/// <summary>
/// Makes a topology out of a configuration section. Configuration has only texts; the schema of topology files says which of them
/// are numbers, lists and so on. A text that cannot be converted stays one, so that the topology's reader refuses it with the same
/// message as in a file.
/// </summary>
internal static class ConfigurationTopology
{
    /// <summary>The keys of a section that belong to the topology.</summary>
    public static readonly string[] Keys = ["components", "endpoints"];

    private static readonly JsonNode Schema = ReadSchema();

    /// <summary>Whether a path within a section belongs to the topology.</summary>
    public static bool IsOf(string path) => Keys.Contains(path.Split(':')[0], StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads a section's topology.</summary>
    /// <param name="section">The section.</param>
    /// <param name="folder">The folder of relative paths.</param>
    /// <param name="mistakes">Gets the mistakes, a sentence each.</param>
    /// <returns>The topology; null where something is wrong.</returns>
    public static Topology? Read(IConfiguration section, string folder, ICollection<string> mistakes)
    {
        JsonObject json = [];
        foreach (string key in Keys)
        {
            if (Convert(section.GetSection(key), Schema["properties"]![key]) is { } value)
            {
                json[key] = value;
            }
        }

        json.TryAdd("components", new JsonArray());
        try
        {
            return Topology.Parse(json.ToJsonString(), folder);
        }
        catch (TopologyException e)
        {
            string prefix = section is IConfigurationSection named ? $"{named.Path}:" : "";
            foreach (TopologyMistake mistake in e.Mistakes)
            {
                string path = mistake
                    .Path.Replace("[", ":", StringComparison.Ordinal)
                    .Replace("]", "", StringComparison.Ordinal);
                mistakes.Add($"{prefix}{path.Replace('.', ':')}: {mistake.Message}");
            }

            return null;
        }
    }

    private static JsonNode? Convert(IConfigurationSection section, JsonNode? schema)
    {
        IConfigurationSection[] children = [.. section.GetChildren()];
        string? type = (string?)schema?["type"];
        if (children.Length == 0)
        {
            return section.Value is { } text ? ConvertText(text, type, schema) : null;
        }

        if (type == "array" && children.All(child => int.TryParse(child.Key, CultureInfo.InvariantCulture, out _)))
        {
            return new JsonArray([.. children.Select(child => Convert(child, schema!["items"]))]);
        }

        JsonObject properties = [];
        foreach (IConfigurationSection child in children)
        {
            string name = NameOf(child.Key, schema);
            if (
                Convert(child, PropertiesOf(schema)?[name] ?? schema?["additionalProperties"] as JsonObject) is
                { } value
            )
            {
                properties[name] = value;
            }
        }

        return properties;
    }

    private static JsonNode ConvertText(string text, string? type, JsonNode? schema) =>
        type switch
        {
            // Configuration has an empty text for an empty list or object.
            "array" when text.Length == 0 => new JsonArray(),
            "object" when text.Length == 0 => new JsonObject(),
            "boolean" when bool.TryParse(text, out bool truth) => JsonValue.Create(truth),
            "integer" or "number" => ConvertNumber(text),
            null when schema?["anyOf"] is JsonArray kinds && kinds.Any(kind => (string?)kind?["type"] == "integer") =>
                ConvertNumber(text),
            _ => JsonValue.Create(text),
        };

    private static JsonValue ConvertNumber(string text) =>
        decimal.TryParse(
            text,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out decimal number
        )
            ? JsonValue.Create(number)
            : JsonValue.Create(text);

    /// <summary>The property's name in a topology file: keys may be written in any case, and without hyphens.</summary>
    private static string NameOf(string key, JsonNode? schema) =>
        PropertiesOf(schema)?.Select(property => property.Key).FirstOrDefault(name => IsSame(name, key)) ?? key;

    /// <summary>The properties of an object, also where a text may stand for it.</summary>
    private static JsonObject? PropertiesOf(JsonNode? schema) =>
        schema?["properties"] as JsonObject
        ?? (schema?["anyOf"] as JsonArray)
            ?.Select(kind => kind?["properties"] as JsonObject)
            .FirstOrDefault(properties => properties is not null);

    private static bool IsSame(string name, string key) =>
        name.Equals(key, StringComparison.OrdinalIgnoreCase)
        || name.Replace("-", "", StringComparison.Ordinal).Equals(key, StringComparison.OrdinalIgnoreCase);

    private static JsonNode ReadSchema()
    {
        using Stream schema = typeof(ConfigurationTopology).Assembly.GetManifestResourceStream("topology.schema.json")!;
        return JsonNode.Parse(schema)!;
    }
}
