// Three silos from one command: messages cross from one to the other, a component moves while they fly, its silo is killed, and the
// numbers add up.

using System.Diagnostics;
using FireAndForget;
using FireAndForget.Example;
using FireAndForget.Orleans;

if (args is [string number])
{
    // A silo of its own, which ends with who started it.
    await using WebApplication other = SiloProcess.Build(int.Parse(number));
    await other.StartAsync();
    while (await Console.In.ReadLineAsync() is not null) { }
    await other.StopAsync();
    return;
}

await using WebApplication silo = SiloProcess.Build(1);
await silo.StartAsync();
using Process second = SiloProcess.Start(2);
using Process third = SiloProcess.Start(3);
IMessagingCluster cluster = silo.Services.GetRequiredService<IMessagingCluster>();
await cluster.WaitForAsync(silos: 3);
Console.WriteLine($"three silos are up; faf cluster status --url {SiloProcess.UrlOf(1)}/cluster shows them");

string version = await cluster.StoreAsync(
    await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "mirror.wasm"))
);
await cluster.DeployAsync(
    "mirror",
    version,
    new()
    {
        SendsTo = ["client"],
        Placement = new() { Silo = "silo-2" },
    }
);
long answers = 0;
MessagingEndpoint client = await cluster.AddEndpointAsync("client", _ => Interlocked.Increment(ref answers));

long sent = await SendAsync(1_000);
await SettleAsync();
Console.WriteLine($"{sent} messages went to mirror on silo-2, and {answers} came back");

Task<long> sending = SendAsync(20_000);
await cluster.MoveAsync("mirror", "silo-3");
sent += await sending;
await SettleAsync();
Console.WriteLine($"mirror moved to silo-3 while messages flew: {sent} sent, {answers} came back");

sending = SendAsync(20_000);
third.Kill();
Console.WriteLine("silo-3 was killed");
sent += await sending;
await SettleAsync();
Console.WriteLine(
    $"mirror came up on {cluster.FindHost("mirror")?.ToParsableString()}: {sent} sent, {answers} came back"
);

HostStatistics sum = new();
foreach (ClusterHostStatus status in await cluster.GetStatusAsync())
{
    Console.WriteLine($"{status.Name}: {status.Statistics}");
    sum = new()
    {
        Refused = sum.Refused + status.Statistics.Refused,
        Messages = sum.Messages.Plus(status.Statistics.Messages),
    };
}

Console.WriteLine(
    $"accepted {sum.Accepted} = handled {sum.Handled} + rejected {sum.Rejected} + undeliverable {sum.Undeliverable} + lost {sum.Lost}: "
        + (
            sum.Accepted == sum.Handled + sum.Rejected + sum.Undeliverable + sum.Lost
                ? "it adds up"
                : "IT DOES NOT ADD UP"
        )
);
second.StandardInput.Close();
await second.WaitForExitAsync();
await silo.StopAsync();

// A message of the mirror starts with the byte that says what it is to do with it; 0: send it back.
async Task<long> SendAsync(int count)
{
    byte[] message = new byte[16];
    for (int i = 0; i < count; i++)
    {
        await client.SendAsync("mirror", message);
        if (i % 100 == 0)
        {
            await Task.Delay(1);
        }
    }

    return count;
}

async Task SettleAsync()
{
    while ((await cluster.GetStatusAsync()).Any(status => status.Statistics.Queued + status.Statistics.InFlight != 0))
    {
        await Task.Delay(20);
    }
}
