using System.Diagnostics;
using System.Text.Json;
using FireAndForget.Orleans;

namespace FireAndForget.Tests.ClusterTest;

/// <summary>A silo that runs as a process.</summary>
internal sealed class SiloHandle : IDisposable
{
    private readonly Process _process;

    private SiloHandle(string name, Process process)
    {
        Name = name;
        _process = process;
    }

    public string Name { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a silo, of this build where no other program is given, and waits until it is one of the cluster.</summary>
    public static async Task<SiloHandle> StartAsync(
        string name,
        string redis,
        string cluster,
        Counters counters,
        string certificate = "-",
        string? program = null
    )
    {
        ProcessStartInfo start = new("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments =
        [
            program ?? typeof(SiloHandle).Assembly.Location,
            "silo",
            name,
            redis,
            cluster,
            $"{RedisServer.FreePort()}",
            $"{RedisServer.FreePort()}",
            counters.Path,
            certificate,
        ];
        Array.ForEach(arguments, start.ArgumentList.Add);
        SiloHandle silo = new(name, Process.Start(start)!);
        // What a silo says that is killed or fenced is of interest to who looks for it.
        silo._process.ErrorDataReceived += (_, line) =>
        {
            if (Environment.GetEnvironmentVariable("VERBOSE") is { Length: > 0 })
            {
                Console.Error.WriteLine($"{name}: {line.Data}");
            }
        };
        silo._process.BeginErrorReadLine();
        string? ready = await silo._process.StandardOutput.ReadLineAsync();
        return ready == "ready" ? silo : throw new InvalidOperationException($"{name} does not start: {ready}");
    }

    /// <summary>Has it do something.</summary>
    /// <returns>Its answer.</returns>
    public async Task<string> DoAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
        string? answer = await _process.StandardOutput.ReadLineAsync();
        return answer is not null && answer.StartsWith("ok ", StringComparison.Ordinal)
            ? answer[3..]
            : throw new InvalidOperationException($"{Name}, {command}: {answer ?? "it has ended"}");
    }

    public async Task<ClusterHostStatus[]> StatusAsync() =>
        JsonSerializer.Deserialize<ClusterHostStatus[]>(await DoAsync("status"))!;

    /// <summary>Stops it as a service is stopped.</summary>
    public async Task StopAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Sends it a signal.</summary>
    public void Signal(string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
