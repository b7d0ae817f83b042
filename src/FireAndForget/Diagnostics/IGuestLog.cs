using Microsoft.Extensions.Logging;

namespace FireAndForget.Diagnostics;

/// <summary>Where guests log with levels, through <c>wasi:logging</c>.</summary>
internal interface IGuestLog
{
    /// <summary>Whether lines of this level are kept.</summary>
    bool Keeps(LogLevel level);

    /// <summary>Takes a line, whose length is bounded.</summary>
    /// <param name="component">The component's id.</param>
    /// <param name="level">The level that the guest gave.</param>
    /// <param name="context">What the guest says that the line belongs to; anything.</param>
    /// <param name="message">The line; anything.</param>
    void Log(string component, LogLevel level, string context, string message);
}
