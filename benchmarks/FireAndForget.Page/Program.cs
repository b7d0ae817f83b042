// What a busy host pays while somebody looks at its page: bursts of messages through a component, flat out on one thread, in rounds of a
// second that alternate between nobody looking and a reader of the page's events. It counts processor time, as Linux gives it: that of the
// thread that sends and delivers, for each message, and that of everything else in the process, which is the page and its reader.

using System.Diagnostics;
using System.Globalization;
using FireAndForget;
using FireAndForget.Measuring;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

const int Components = 50;
const int PayloadBytes = 16;
const int BurstsOfALook = 1_000;
int rounds = args.Length == 0 ? 40 : int.Parse(args[0], CultureInfo.InvariantCulture);

await using Stream resource = typeof(Program).Assembly.GetManifestResourceStream("handle-message-component.wasm")!;
byte[] guest = new byte[resource.Length];
resource.ReadExactly(guest);
var source = ComponentSource.FromBytes(guest, "handle-message-component.wasm");
await using var measured = MeasuredHost.OnOneThread(source, new() { PayloadBytes = PayloadBytes });

// There is as much to show as a service has.
for (int i = 1; i < Components; i++)
{
    measured.Host.AddComponent($"other-{i}", source, new() { SendsTo = ["other-*"] });
}

await using WebApplication app = CreatePage(measured.Host);
await app.StartAsync();
Uri events = new(
    app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/events"
);
using HttpClient client = new();
Round();
await WatchedAsync();
List<Figures> plain = [];
List<Figures> watched = [];
for (int i = 0; i < rounds; i++)
{
    plain.Add(Round());
    watched.Add(await WatchedAsync());
}

plain.Add(Round());
double[] slower =
[
    .. watched
        .Select((round, i) => round.Nanoseconds / ((plain[i].Nanoseconds + plain[i + 1].Nanoseconds) / 2))
        .Order(),
];
double page = Median(watched.Select(round => round.Beside)) - Median(plain.Select(round => round.Beside));
Console.WriteLine(
    string.Create(
        CultureInfo.InvariantCulture,
        $"nobody looks: {Median(plain.Select(r => r.Nanoseconds)):0.00} ns a message; somebody does: "
            + $"{Median(watched.Select(r => r.Nanoseconds)):0.00} ns, {(slower[slower.Length / 2] - 1) * 100:0.0} % more (median of {rounds} "
            + $"rounds beside their neighbours); the page and its reader take {page:0.0} ms of a processor each second"
    )
);
return 0;

static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);

async Task<Figures> WatchedAsync()
{
    using CancellationTokenSource end = new();
    Task reading = ReadAsync(end.Token);
    Figures round = Round();
    await end.CancelAsync();
    await reading;
    return round;
}

Figures Round()
{
    long start = Stopwatch.GetTimestamp();
    TimeSpan process = Environment.CpuUsage.TotalTime;
    double thread = ThreadTime();
    long messages = 0;
    while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(1))
    {
        measured.Bursts(BurstsOfALook);
        messages += BurstsOfALook * MeasuredHost.BurstSize;
    }

    thread = ThreadTime() - thread;
    process = Environment.CpuUsage.TotalTime - process;
    return new(
        thread / messages,
        (process.TotalMilliseconds - (thread / 1e6)) / Stopwatch.GetElapsedTime(start).TotalSeconds
    );
}

// The nanoseconds that a processor has given to this thread, as Linux counts them.
static double ThreadTime() =>
    double.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture);

async Task ReadAsync(CancellationToken end)
{
    try
    {
        await using Stream stream = await client.GetStreamAsync(events, end);
        await stream.CopyToAsync(Stream.Null, end);
    }
    catch (OperationCanceledException)
    {
        // It has seen enough.
    }
}

static WebApplication CreatePage(MessagingHost host)
{
    WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
    builder.WebHost.UseUrls("http://127.0.0.1:0");
    builder.Logging.ClearProviders();
    builder.Services.AddSingleton(host);
    WebApplication app = builder.Build();
    app.MapFireAndForget("/");
    return app;
}

/// <summary>What a round took.</summary>
/// <param name="Nanoseconds">Nanoseconds of the messages' thread for each message.</param>
/// <param name="Beside">Milliseconds of other threads for each second.</param>
internal sealed record Figures(double Nanoseconds, double Beside);
