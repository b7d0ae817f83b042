using System.Diagnostics.CodeAnalysis;
using System.Text;
using FireAndForget.Diagnostics;
using FireAndForget.Guests.Calls;
using Microsoft.Extensions.Logging;

namespace FireAndForget.Guests.Wasi;

/// <summary>
/// Logs what one instance logs with levels. It is bounded as the instance's output is (<see cref="WasiOutput"/>), and draws on the
/// same allowance.
/// </summary>
internal sealed class GuestLog(IRunning instance, WasiGrants grants)
{
    private const int MostOfContext = 256;

    /// <summary>The levels, in the order of their numbers.</summary>
    private static readonly (string Name, LogLevel Level)[] Levels =
    [
        ("trace", LogLevel.Trace),
        ("debug", LogLevel.Debug),
        ("info", LogLevel.Information),
        ("warn", LogLevel.Warning),
        ("error", LogLevel.Error),
        ("critical", LogLevel.Critical),
    ];

    private long _running = long.MinValue;
    private int _left;

    public static LogLevel LevelOf(string name) => Array.Find(Levels, level => level.Name == name).Level;

    /// <summary>The level by its number, as the canonical ABI hands it over.</summary>
    /// <exception cref="GuestTrapException">There is none.</exception>
    public static LogLevel LevelOf(int number) =>
        (uint)number < (uint)Levels.Length
            ? Levels[number].Level
            : throw new GuestTrapException(
                $"it called log with level {(uint)number}, and the greatest is {Levels.Length - 1}"
            );

    /// <summary>Hands a line to the host's log. What exceeds the bounds is left out, and a line says so.</summary>
    public void Write(LogLevel level, ReadOnlySpan<byte> context, ReadOnlySpan<byte> message)
    {
        if (grants.GuestLog is not { } log || !log.Keeps(level))
        {
            return;
        }

        if (_running != instance.Running)
        {
            _running = instance.Running;
            _left = WasiOutput.MostOfMessage;
        }

        if (_left <= 0)
        {
            return;
        }

        int shownContext = Math.Min(context.Length, MostOfContext);
        int shown = Math.Min(message.Length, WasiOutput.MostOfLine);
        int cost = shownContext + shown + WasiOutput.LineCost;
        _left -= cost;
        if (_left <= 0)
        {
            Log(log, LogLevel.Warning, "", "[it logged more during one message than is kept; the rest is left out]");
            return;
        }

        switch (grants.Output.Take(cost, out long leftOut))
        {
            case OutputAnswer.Logged:
                if (leftOut != 0)
                {
                    Log(log, LogLevel.Warning, "", $"[{leftOut} bytes were left out]");
                }

                Log(log, level, TextOf(context[..shownContext]), TextOf(message[..shown]));
                break;
            case OutputAnswer.FirstLeftOut:
                string bound =
                    $"[it writes more than {grants.Output.BytesPerSecond} bytes in a second; the rest is left out]";
                Log(log, LogLevel.Warning, "", bound);
                break;
            default:
                break;
        }
    }

    // A character that is cut at the end becomes U+FFFD.
    private static string TextOf(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text);

    [SuppressMessage("Design", "CA1031", Justification = "A log that fails is no fault of the guest, nor of the host.")]
    private void Log(IGuestLog log, LogLevel level, string context, string message)
    {
        try
        {
            log.Log(grants.Component, level, context, message);
        }
        catch (Exception)
        {
            // The line is lost, and what comes after it is tried again.
        }
    }
}
