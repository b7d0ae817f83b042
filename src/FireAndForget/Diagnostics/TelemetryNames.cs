using System.Text.Json;

namespace FireAndForget.Diagnostics;

/// <summary>
/// The words of metrics and traces: attributes of OpenTelemetry's semantic conventions for messaging, and our own under
/// <c>fire_and_forget</c> where those have none. docs/observability.md lists them.
/// </summary>
internal static class TelemetryNames
{
    /// <summary>The name of the meter and of the source of activities.</summary>
    public const string Source = "FireAndForget";

    public const string System = "messaging.system";
    public const string SystemName = "fire_and_forget";
    public const string Operation = "messaging.operation.name";
    public const string OperationType = "messaging.operation.type";
    public const string Destination = "messaging.destination.name";
    public const string Client = "messaging.client.id";
    public const string BodySize = "messaging.message.body.size";
    public const string ErrorType = "error.type";
    public const string Host = "fire_and_forget.host";
    public const string Worker = "fire_and_forget.worker";

    public const string Send = "send";
    public const string Process = "process";
    public const string Settle = "settle";

    private static readonly string[] Outcomes = KebabNames<Outcome>();
    private static readonly string[] Statuses = KebabNames<SendStatus>();

    public static string Version { get; } = typeof(TelemetryNames).Assembly.GetName().Version!.ToString(3);

    /// <summary>An outcome as <c>faf run</c> writes it too, such as <c>timed-out</c>.</summary>
    public static string Of(Outcome outcome) => Outcomes[(int)outcome];

    /// <summary>A status as <c>faf run</c> writes it too, such as <c>queue-full</c>.</summary>
    public static string Of(SendStatus status) => Statuses[(int)status];

    private static string[] KebabNames<T>()
        where T : struct, Enum => [.. Enum.GetNames<T>().Select(JsonNamingPolicy.KebabCaseLower.ConvertName)];
}
