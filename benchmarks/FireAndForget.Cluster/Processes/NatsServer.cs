// nats-server, which Debian has: messages through NATS go through it.

using System.ComponentModel;
using System.Diagnostics;
using FireAndForget.Measuring;

namespace FireAndForget.Cluster.Processes;

/// <summary>A process of nats-server.</summary>
internal sealed class NatsServer : IDisposable
{
    private readonly Process _process;

    private NatsServer(Process process, string url)
    {
        _process = process;
        Url = url;
    }

    public string Url { get; }

    public double ProcessorNanoseconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalNanoseconds;
        }
    }

    /// <summary>The version that is installed; null: none is.</summary>
    public static string? FindVersion()
    {
        try
        {
            using Process process = Process.Start(
                new ProcessStartInfo("nats-server", ["--version"]) { RedirectStandardOutput = true }
            )!;
            string version = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return version[(version.LastIndexOf(' ') + 1)..].TrimStart('v');
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Starts one on a port of its own.</summary>
    /// <exception cref="MeasurementException">It does not get ready.</exception>
    public static async Task<NatsServer> StartAsync()
    {
        string port = Ports.Free();
        var process = Process.Start(
            new ProcessStartInfo("nats-server", ["-a", "127.0.0.1", "-p", port]) { RedirectStandardError = true }
        )!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        NatsServer server = new(process, $"nats://127.0.0.1:{port}");
        for (int i = 0; i < 500 && !process.HasExited; i++)
        {
            if (await Ports.IsOpenAsync(port))
            {
                return server;
            }

            await Task.Delay(10);
        }

        server.Dispose();
        throw new MeasurementException($"nats-server does not listen on port {port}; start it by hand to see why.");
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
