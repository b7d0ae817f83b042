// Clusters of real processes, with Redis: silos are killed, frozen, drained and stopped while everybody sends, and what comes of it is
// compared with counters that outlive the processes. The last line is "N passed, N failed".

using FireAndForget.Tests.ClusterTest;

if (args is ["silo", .. string[] silo])
{
    await SiloProgram.RunAsync(silo);
    return 0;
}

int seconds = 0;
string? older = null;
foreach (string option in args)
{
    if (option.StartsWith("--older=", StringComparison.Ordinal))
    {
        older = option[8..];
    }
    else if (!option.StartsWith("--duration=", StringComparison.Ordinal) || !int.TryParse(option[11..], out seconds))
    {
        Console.Error.WriteLine(
            $"'{option}' is no option; --duration=SECONDS lets a cluster live so long under kills, --older=FILE upgrades one from another build of this program."
        );
        return 2;
    }
}

using RedisServer? redis = RedisServer.TryStart();
if (redis is null)
{
    Console.WriteLine("redis-server is missing: install it (Debian: apt-get install redis-server).");
    Console.WriteLine("0 passed, 1 failed");
    return 1;
}

Checks checks = new();
Scenarios scenarios = new(redis, checks);
if (seconds > 0)
{
    await checks.RunAsync($"soak of {seconds} s", () => scenarios.SoakAsync(TimeSpan.FromSeconds(seconds)));
}
else
{
    await checks.RunAsync("moves, a drain and a restart of all", scenarios.MoveDrainRestartAsync);
    await checks.RunAsync("deaths, to the last silo", scenarios.KillAsync);
    await checks.RunAsync("a frozen silo", scenarios.FreezeAsync);
    await checks.RunAsync("TLS between silos", scenarios.EncryptAsync);
    if (older is not null)
    {
        await checks.RunAsync("a rolling upgrade", () => scenarios.UpgradeAsync(older));
    }
}

Console.WriteLine($"{checks.Passed} passed, {checks.Failed} failed");
return checks.Failed == 0 ? 0 : 1;
