using System.Text.Json;
using System.Text.Json.Nodes;

namespace FireAndForget.Orleans.Table;

/// <summary>
/// A component's options as JSON text, for the table and the storage. A property that another version of this package does not know
/// is ignored, and one that it does not write has its default.
/// </summary>
internal static class OptionsJson
{
    public static string Write(ComponentOptions options)
    {
        if (options.Mailbox.IsUnbounded)
        {
            throw new ArgumentException(
                "A component of a cluster has a mailbox with bounds: give how many messages and bytes may wait.",
                nameof(options)
            );
        }

        return JsonSerializer.Serialize(options);
    }

    /// <exception cref="JsonException">It is no JSON of options.</exception>
    /// <exception cref="ArgumentException">A value is not valid.</exception>
    public static ComponentOptions Read(string json) =>
        JsonSerializer.Deserialize<ComponentOptions>(json) ?? throw new JsonException("The options are null.");

    /// <summary>The options of an entry with the patterns that it has by now.</summary>
    public static string WithPatterns(TableEntry entry)
    {
        JsonNode options = JsonNode.Parse(entry.Options)!;
        options[nameof(ComponentOptions.SendsTo)] = JsonSerializer.SerializeToNode(entry.SendsTo);
        options[nameof(ComponentOptions.ReceivesFrom)] = JsonSerializer.SerializeToNode(entry.ReceivesFrom);
        options[nameof(ComponentOptions.SubscribesTo)] = JsonSerializer.SerializeToNode(entry.SubscribesTo);
        options[nameof(ComponentOptions.PublishesTo)] = JsonSerializer.SerializeToNode(entry.PublishesTo);
        return options.ToJsonString();
    }
}
