using System.Text.Json;

namespace FireAndForget.Cli;

/// <summary>Outcomes and reasons in the words of JSON lines, which metrics have too.</summary>
internal static class EventWords
{
    private static readonly string[] Outcomes = KebabNames<Outcome>();
    private static readonly string[] Replies = KebabNames<ReplyOutcome>();
    private static readonly string[] Statuses = KebabNames<SendStatus>();

    /// <summary>An outcome, such as <c>timed-out</c>.</summary>
    public static string Of(Outcome outcome) => Outcomes[(int)outcome];

    /// <summary>How a request ended, such as <c>timed-out</c>.</summary>
    public static string Of(ReplyOutcome outcome) => Replies[(int)outcome];

    /// <summary>A reason, such as <c>queue-full</c>.</summary>
    public static string Of(SendStatus status) => Statuses[(int)status];

    private static string[] KebabNames<T>()
        where T : struct, Enum => [.. Enum.GetNames<T>().Select(JsonNamingPolicy.KebabCaseLower.ConvertName)];
}
