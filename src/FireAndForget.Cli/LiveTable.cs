using Spectre.Console;

namespace FireAndForget.Cli;

/// <summary>
/// Shows a person what goes on in a host, on standard error, twice a second; the last look, when the host has stopped, stays on
/// the screen.
/// </summary>
internal static class LiveTable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Lines of the screen that receivers cannot have: headings, what stands below, and the shell's own.</summary>
    private const int OtherLines = 8;

    /// <summary>Shows the table until the host has stopped.</summary>
    public static async Task ShowAsync(MessagingHost host, Task stopped)
    {
        IAnsiConsole console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) });
        WatchTable table = new(host, TimeProvider.System);
        await console
            .Live(table.Next(MostRows(console)))
            .StartAsync(async screen =>
            {
                while (await Task.WhenAny(stopped, Task.Delay(Interval)) != stopped)
                {
                    screen.UpdateTarget(table.Next(MostRows(console)));
                }

                screen.UpdateTarget(table.Last(MostRows(console)));
            });
    }

    private static int MostRows(IAnsiConsole console) => Math.Max(1, console.Profile.Height - OtherLines);
}
