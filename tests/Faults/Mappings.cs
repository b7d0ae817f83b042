using System.Globalization;

namespace FireAndForget.Tests.Faults;

/// <summary>
/// How many mappings the process has while hosts come and go: the kernel allows some 65,000. Stacks of guests' threads that the
/// system keeps for later ones come and go by a few, so what is looked at is a growth by each host.
/// </summary>
internal static class Mappings
{
    private const int Warm = 50;
    private const int Hosts = 200;

    public static async Task RunAsync()
    {
        await MakeHostsAsync(Warm);
        int before = Count();
        await MakeHostsAsync(Hosts);
        int grown = Count() - before;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Hosts} hosts: {grown} mappings more"));
        // What was wrong were two for each thread that had run a guest; what the system keeps for later threads comes to some 50.
        Expect.Equal(true, grown < Hosts, $"mappings do not grow ({grown} more)");
    }

    private static async Task MakeHostsAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            // With threads of its own, and with one that pumps and ends.
            await using var host = new MessagingHost(new() { Workers = i % 3 });
            host.AddComponent("guest", ComponentSource.FromText(Guests.Quiet));
            host.AddEndpoint("client").Send("guest", "x"u8);
            if (i % 3 == 0)
            {
                Thread pump = new(() => host.Pump());
                pump.Start();
                pump.Join();
            }

            await host.DrainAsync();
            Expect.Equal(1, host.Statistics.Handled, "handled");
        }
    }

    private static int Count() => File.ReadLines("/proc/self/maps").Count();
}
