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

    public static ComponentOptions Read(string json) => JsonSerializer.Deserialize<ComponentOptions>(json)!;

    /// <summary>The same options with other capabilities.</summary>
    public static string WithCapabilities(string json, string[] sendsTo, string[] receivesFrom)
    {
        JsonNode options = JsonNode.Parse(json)!;
        options[nameof(ComponentOptions.SendsTo)] = JsonSerializer.SerializeToNode(sendsTo);
        options[nameof(ComponentOptions.ReceivesFrom)] = JsonSerializer.SerializeToNode(receivesFrom);
        return options.ToJsonString();
    }
}
