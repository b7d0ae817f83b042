using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary><c>faf run --metrics-port</c> and <c>--watch</c>, as a caller of the program sees them.</summary>
public sealed class MetricsTests : IDisposable
{
    private const string Hello = """{"from":"client","to":"mirror","text":"hello"}""";

    private readonly FafProgram _faf = new();

    public void Dispose() => _faf.Dispose();

    [Fact]
    public async Task Run_MetricsPort_ServesMetricsOnLoopbackOnly()
    {
        int port = FreePort();
        using Process process = _faf.Start("run", "topology.json", "--metrics-port", Text(port));
        await process.StandardInput.WriteLineAsync(Hello);
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        Assert.NotNull(await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

        using HttpClient http = new();
        Uri address = new($"http://127.0.0.1:{port}/metrics");
        string metrics = await UntilAsync(
            () => http.GetStringAsync(address, TestContext.Current.CancellationToken),
            "messaging_operation_name=\"process\",messaging_destination_name=\"client\"} 1\n"
        );
        Assert.Contains("# TYPE messaging_client_sent_messages_total counter\n", metrics, StringComparison.Ordinal);
        Assert.Contains("# TYPE fire_and_forget_mailbox_messages gauge\n", metrics, StringComparison.Ordinal);
        Assert.Contains("fire_and_forget_component_memory_bytes{", metrics, StringComparison.Ordinal);
        Assert.Contains("fire_and_forget_worker_busy_time_seconds_total{", metrics, StringComparison.Ordinal);
        Assert.Contains("fire_and_forget_delivery_duration_seconds_bucket{", metrics, StringComparison.Ordinal);
        Assert.Contains("le=\"+Inf\"} 1\n", metrics, StringComparison.Ordinal);
        using HttpResponseMessage other = await http.GetAsync(
            new Uri($"http://127.0.0.1:{port}/"),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        // Another address of this machine, which a server on all of them would answer at.
        using TcpClient elsewhere = new();
        await Assert.ThrowsAnyAsync<SocketException>(() =>
            elsewhere.ConnectAsync(IPAddress.Parse("127.0.0.2"), port, TestContext.Current.CancellationToken).AsTask()
        );

        process.StandardInput.Close();
        Assert.Contains(
            "\"event\":\"summary\"",
            await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("", await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>A forwarded port has another number there, and Prometheus' usual target is localhost.</summary>
    [Fact]
    public async Task Run_MetricsPort_AnswersByItsNamesOnly()
    {
        int port = FreePort();
        using Process process = _faf.Start("run", "topology.json", "--metrics-port", Text(port));
        await process.StandardInput.WriteLineAsync(Hello);
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        Assert.NotNull(await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        using HttpClient http = new();

        Assert.Equal(HttpStatusCode.OK, await AskAsync("localhost"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync("LOCALHOST:1234"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync("[::1]:9464"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync("127.0.0.1"));
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync("attacker.example"));

        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);

        async Task<HttpStatusCode> AskAsync(string name)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, new Uri($"http://localhost:{port}/metrics"));
            request.Headers.Host = name;
            using HttpResponseMessage answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            return answer.StatusCode;
        }
    }

    /// <summary>A thousand of them took all descriptors, and the process with them.</summary>
    [Fact]
    public async Task Run_ManyIdleConnections_AreClosedAndItGoesOn()
    {
        const int Many = 300;
        int port = FreePort();
        using Process process = _faf.Start("run", "topology.json", "--metrics-port", Text(port));
        await process.StandardInput.WriteLineAsync(Hello);
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        Assert.NotNull(await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        List<Socket> idle = [];
        try
        {
            for (int i = 0; i < Many; i++)
            {
                Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
                idle.Add(socket);
                await socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
                await TrySendAsync(socket, "GET /metrics HTTP/1.1\r\nHo"u8.ToArray());
            }

            // The end comes to all of them without a request: those beyond the bound at once, the others when their time is up.
            using CancellationTokenSource patience = new(TimeSpan.FromMinutes(1));
            foreach (Socket socket in idle)
            {
                await ReadToEndAsync(socket, patience.Token);
            }
        }
        finally
        {
            idle.ForEach(socket => socket.Dispose());
        }

        using HttpClient http = new();
        Uri address = new($"http://localhost:{port}/metrics");
        Assert.Contains(
            "messaging_client_sent_messages_total",
            await http.GetStringAsync(address, TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        await process.StandardInput.WriteLineAsync(Hello);
        process.StandardInput.Close();
        Assert.Contains(
            "\"sent\":4,",
            await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("", await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public void Run_MetricsPortThatIsTaken_FailsBeforeAnythingIsSent()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        string port = Text(((IPEndPoint)taken.LocalEndpoint).Port);

        FafResult result = _faf.Run(Hello, "run", "topology.json", "--metrics-port", port);

        result.AssertError(1, $"--metrics-port {port}", "Choose another port");
        Assert.Equal("", result.Output);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("http")]
    public void Run_MetricsPortThatIsNone_IsWrongUsage(string port) =>
        _faf.Run("", "run", "topology.json", "--metrics-port", port)
            .AssertError(2, $"'{port}'", "1 to 65535", "faf run --help");

    [Fact]
    public void Run_WatchWhereNobodyWatches_WritesTheEventsAndNoTable()
    {
        FafResult result = _faf.Run(Hello, "run", "topology.json", "--watch");

        result.AssertDone();
        Assert.Contains("\"event\":\"delivered\"", Assert.Single(result.Events), StringComparison.Ordinal);
    }

    /// <summary>A message is counted right after its event was written.</summary>
    private static async Task<string> UntilAsync(Func<Task<string>> read, string expected)
    {
        string text = await read();
        using CancellationTokenSource patience = new(TestHost.Patience);
        while (!text.Contains(expected, StringComparison.Ordinal))
        {
            Assert.False(patience.IsCancellationRequested, $"It never had {expected} in:\n{text}");
            text = await read();
        }

        return text;
    }

    private static async Task TrySendAsync(Socket socket, byte[] bytes)
    {
        try
        {
            await socket.SendAsync(bytes, TestContext.Current.CancellationToken);
        }
        catch (SocketException)
        {
            // It was closed already.
        }
    }

    private static async Task ReadToEndAsync(Socket socket, CancellationToken patience)
    {
        byte[] answer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(answer, patience) != 0) { }
        }
        catch (SocketException)
        {
            // Closed before all was read there.
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
