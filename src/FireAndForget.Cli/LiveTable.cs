using Spectre.Console;

namespace FireAndForget.Cli;

/// <summary>Shows a person what goes on in a host, on standard error, twice a second; the last look stays on the screen.</summary>
internal static class LiveTable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Lines of the screen that receivers cannot have: headings, what stands below, and the shell's own.</summary>
    private const int OtherLines = 8;

    /// <summary>Shows the table until something has ended.</summary>
    public static async Task ShowAsync(MessagingHost host, Task until)
    {
        IAnsiConsole console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) });
        using HostMetrics metrics = new(host, instrument => instrument.IsObservable);
        WatchTable table = new(metrics, TimeProvider.System);
        await console
            .Live(table.Next(MostRows(console)))
            .StartAsync(async screen =>
            {
                while (!until.IsCompleted)
                {
                    await Task.WhenAny(until, Task.Delay(Interval));
                    screen.UpdateTarget(table.Next(MostRows(console)));
                }
            });
    }

    private static int MostRows(IAnsiConsole console) => Math.Max(1, console.Profile.Height - OtherLines);
}
