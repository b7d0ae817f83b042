using Microsoft.Extensions.Logging;

namespace FireAndForget.Tests.Diagnostics;

/// <summary>One line of a log.</summary>
internal sealed record LogLine(
    int Id,
    string Name,
    LogLevel Level,
    string Text,
    IReadOnlyDictionary<string, object?> Values
);
