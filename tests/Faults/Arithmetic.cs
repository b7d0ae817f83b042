namespace FireAndForget.Tests.Faults;

/// <summary>Divisions that the processor refuses: of .NET code on every kind of thread, and of guests.</summary>
internal static class Arithmetic
{
    private const int Rounds = 50;

    /// <summary>Read anew each time, so that no compiler knows what is divided by.</summary>
    private static volatile int _zero;

    private static int Quotient => 1 / _zero;

    private static int Overflow => (int.MinValue + _zero) / (_zero - 1);

    public static async Task RunAsync(Action? before = null, Action? after = null)
    {
        _zero = 0;
        before?.Invoke();
        FaultyLog<DivideByZeroException> log = new(() => GC.KeepAlive(Quotient));
        await using var host = new MessagingHost(new() { Workers = 2, Logger = log });
        MessagingEndpoint client = host.AddEndpoint("client");
        host.AddEndpoint("divider", _ => GC.KeepAlive(Quotient));
        host.AddEndpoint("overflower", _ => GC.KeepAlive(Overflow));
        after?.Invoke();
        // What mends the signals after another library made an engine is the next load, or the next tick.
        host.AddComponent("guest", ComponentSource.FromText(Guests.Divider), Restarting);
        host.AddComponent("other", ComponentSource.FromText(Guests.Overflower), Restarting);
        host.AddComponent("refused", ComponentSource.FromText(Guests.Refused));
        for (int round = 0; round < Rounds; round++)
        {
            foreach (string target in (string[])["divider", "overflower", "guest", "other", "refused"])
            {
                client.Send(target, target == "other" ? "x"u8 : ""u8);
            }

            await Expect.ThrowsEverywhereAsync<DivideByZeroException>(() => GC.KeepAlive(Quotient));
            await Expect.ThrowsEverywhereAsync<OverflowException>(() => GC.KeepAlive(Overflow));
        }

        await host.DrainAsync();
        Expect.Equal(4 * Rounds, host.Statistics.Trapped, "trapped");
        Expect.Equal(Rounds, host.Statistics.Handled, "handled");
        Expect.Equal(true, log.Count > 0, "divisions under a guest");
    }

    private static ComponentOptions Restarting => new() { Restart = new() { Max = 10 * Rounds } };
}
