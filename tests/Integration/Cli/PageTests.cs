using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary><c>faf run --page</c>, as a caller of the program sees it; the page itself is tested in a browser by Hosting.</summary>
public sealed class PageTests : IDisposable
{
    private const string Hello = """{"from":"client","to":"mirror","text":"hello"}""";

    private readonly FafProgram _faf = new();

    public void Dispose() => _faf.Dispose();

    [Fact]
    public async Task Run_Page_IsThereWhileItRunsOnLoopbackOnly()
    {
        int port = FreePort();
        using Process process = _faf.Start(
            "run",
            "topology.json",
            "--page",
            port.ToString(CultureInfo.InvariantCulture)
        );
        await process.StandardInput.WriteLineAsync(Hello);
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        Assert.NotNull(await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

        using HttpClient http = new() { BaseAddress = new($"http://127.0.0.1:{port}/") };
        Assert.Contains("<title>FireAndForget</title>", await GetAsync(http, ""), StringComparison.Ordinal);
        Assert.Contains("\"actions\":false", await GetAsync(http, "state"), StringComparison.Ordinal);
        // What nobody wants on standard error is on the page.
        Assert.Contains(
            "Component mirror was loaded",
            await GetAsync(http, "participant?id=mirror"),
            StringComparison.Ordinal
        );
        using HttpRequestMessage named = new(HttpMethod.Get, "state") { Headers = { Host = "elsewhere.example" } };
        using HttpResponseMessage refused = await http.SendAsync(named, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        using HttpResponseMessage action = await http.PostAsync(
            new Uri("remove?id=mirror", UriKind.Relative),
            null,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(HttpStatusCode.NotFound, action.StatusCode);
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

    /// <summary>Connections on which nobody asked anything kept readers out until their time was up.</summary>
    [Theory]
    [InlineData("--page", "state")]
    [InlineData("--metrics-port", "metrics")]
    public async Task Run_ManyIdleConnections_KeepNoReaderOut(string option, string path)
    {
        int port = FreePort();
        using Process process = _faf.Start("run", "topology.json", option, port.ToString(CultureInfo.InvariantCulture));
        await process.StandardInput.WriteLineAsync(Hello);
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        Assert.NotNull(await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        List<TcpClient> idle = [];
        try
        {
            for (int i = 0; i < 200; i++)
            {
                TcpClient client = new();
                idle.Add(client);
                await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
            }

            using HttpClient http = new() { BaseAddress = new($"http://127.0.0.1:{port}/") };
            Assert.NotEqual("", await GetAsync(http, path));
        }
        finally
        {
            idle.ForEach(client => client.Dispose());
        }

        process.StandardInput.Close();
        await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task Run_PageOnAPortThatIsTaken_SaysSo()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;

        using Process process = _faf.Start(
            "run",
            "topology.json",
            "--page",
            port.ToString(CultureInfo.InvariantCulture)
        );
        process.StandardInput.Close();
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, process.ExitCode);
        Assert.StartsWith($"--page {port}: the page cannot be served there: ", error, StringComparison.Ordinal);
        Assert.EndsWith("Choose another port.\n", error, StringComparison.Ordinal);
    }

    private static Task<string> GetAsync(HttpClient http, string path) =>
        http.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
