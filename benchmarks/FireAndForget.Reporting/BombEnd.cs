using System.Text.Json.Serialization;

namespace FireAndForget.Reporting;

/// <summary>How <c>faf</c> ended that was given a small file that asks for much.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BombEnd>))]
public enum BombEnd
{
    /// <summary>It did what it was asked to; messages have their outcomes.</summary>
    Done,

    /// <summary>It said what was wrong, as it does of a file that it refuses.</summary>
    Failed,

    /// <summary>The process crashed.</summary>
    Crashed,

    /// <summary>It took more time or memory than a watch allowed, and was ended.</summary>
    Ended,
}
