using Spectre.Console;

namespace FireAndForget.Cli;

/// <summary>
/// Shows the state of a host on standard error, twice a second, in a table for a person. The last table, when the host has stopped,
/// stays on the screen. A terminal that cannot overwrite lines shows the last table only.
/// </summary>
internal static class LiveTable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Lines of the screen that receivers cannot have: headings, what stands below, and the shell's own.</summary>
    private const int OtherLines = 8;

    /// <summary>Shows the table until the host has stopped.</summary>
    public static async Task ShowAsync(MessagingHost host, Task stopped)
    {
        WatchTable table = new(host, TimeProvider.System);
        Profile screen = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) }).Profile;
        // The buffer holds a whole table, because standard error's own writer writes every few characters.
        await using StreamWriter terminal = new(
            Console.OpenStandardError(),
            Console.Error.Encoding,
            bufferSize: 1 << 14
        );
        LiveLines lines = new(terminal);
        while (screen.Capabilities.Ansi && !stopped.IsCompleted)
        {
            // Lines that do not fit on the screen could not be overwritten.
            lines.Show([.. table.Next(MostRows(screen), screen.Width).Take(screen.Height - 1)], screen.Width);
            await Task.WhenAny(stopped, Task.Delay(Interval));
        }

        await stopped;
        lines.Show(table.Last(MostRows(screen), screen.Width), screen.Width);
    }

    private static int MostRows(Profile screen) => Math.Max(1, screen.Height - OtherLines);
}
