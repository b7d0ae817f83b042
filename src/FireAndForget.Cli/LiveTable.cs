using Spectre.Console;

namespace FireAndForget.Cli;

/// <summary>
/// Shows a person what goes on in a host, on standard error, twice a second; the last look, when the host has stopped, stays on
/// the screen. A terminal that cannot write over its lines shows the last look only.
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
        // A buffer for a whole look: standard error's own writes every few characters.
        await using StreamWriter terminal = new(
            Console.OpenStandardError(),
            Console.Error.Encoding,
            bufferSize: 1 << 14
        );
        LiveLines lines = new(terminal);
        while (screen.Capabilities.Ansi && !stopped.IsCompleted)
        {
            // What does not fit below each other could not be written over.
            lines.Show([.. table.Next(MostRows(screen), screen.Width).Take(screen.Height - 1)], screen.Width);
            await Task.WhenAny(stopped, Task.Delay(Interval));
        }

        await stopped;
        lines.Show(table.Last(MostRows(screen), screen.Width), screen.Width);
    }

    private static int MostRows(Profile screen) => Math.Max(1, screen.Height - OtherLines);
}
