// Measures what innocent components do beside hostile ones, what ten thousand components take, and what small files cost that ask for
// much, and leaves the results as JSON; the build's Containment target starts it, and makes docs/containment.md of what it leaves.

using FireAndForget;
using FireAndForget.Containment;
using FireAndForget.Measuring;
using FireAndForget.Reporting;

try
{
    var arguments = RunArguments.Parse(args);
    if (arguments.Includes("guests"))
    {
        RunInfo circumstances = Circumstances.Of(
            arguments,
            ("FireAndForget", typeof(MessagingHost)),
            ("Wasmtime", typeof(Wasmtime.Engine))
        );
        ResultJson.Write(arguments.Output, circumstances);
        ResultJson.Write(arguments.Output, "guests", await new BesideHostileGuests(arguments).RunAsync());
    }

    if (arguments.Includes("fairness"))
    {
        ResultJson.Write(arguments.Output, "fairness", await new Fairness(arguments).RunAsync());
    }

    if (arguments.Includes("overshoot"))
    {
        ResultJson.Write(arguments.Output, "overshoot", await new Overshoot(arguments).RunAsync());
    }

    if (arguments.Includes("churn"))
    {
        ResultJson.Write(arguments.Output, "churn", await new Churn(arguments).RunAsync());
    }

    Bomb[] bombs = [.. Bombs.All.Where(b => arguments.Includes($"bombs-{b.Name}"))];
    if (bombs.Length != 0)
    {
        ResultJson.Write(arguments.Output, "bombs", await new BombRun(arguments).RunAsync(bombs));
    }

    foreach (string guest in Scale.Guests.Where(g => arguments.Includes($"scale-{g}")))
    {
        ResultJson.Write(arguments.Output, $"scale-{guest}", await Scale.RunAsync(guest));
    }

    return 0;
}
catch (Exception e) when (e is MeasurementException or ArgumentException or ComponentLoadException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
