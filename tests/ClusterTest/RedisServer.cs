using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace FireAndForget.Tests.ClusterTest;

/// <summary>A Redis of this run, which keeps everything in memory.</summary>
internal sealed class RedisServer : IDisposable
{
    private readonly Process _process;

    private RedisServer(Process process, int port)
    {
        _process = process;
        Connection = $"127.0.0.1:{port}";
    }

    public string Connection { get; }

    /// <summary>Starts it, and installs it before where that is possible.</summary>
    /// <returns>Null where there is none.</returns>
    public static RedisServer? TryStart() => Start() ?? (Install() ? Start() : null);

    public static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    private static RedisServer? Start()
    {
        int port = FreePort();
        ProcessStartInfo start = new("redis-server") { RedirectStandardOutput = true };
        foreach (
            string argument in new[] { "--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no" }
        )
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            Process process = Process.Start(start)!;
            process.OutputDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            return new(process, port);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static bool Install()
    {
        try
        {
            using Process install = Process.Start(
                new ProcessStartInfo("apt-get", ["install", "-y", "redis-server"])
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            )!;
            install.StandardOutput.ReadToEnd();
            install.WaitForExit();
            return install.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
