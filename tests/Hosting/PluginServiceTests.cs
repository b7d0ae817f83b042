using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Xunit;

namespace FireAndForget.Tests.Hosting;

/// <summary>The example examples/plugin-service, as a process and over HTTP.</summary>
public sealed class PluginServiceTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("faf-plugin-service-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Service_OverHttp_DoesWhatItsPageSays()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        string program = Path.Combine(AppContext.BaseDirectory, "plugin-service.dll");
        string plugins = Path.Combine(_folder.FullName, "plugins");
        Directory.CreateDirectory(plugins);
        foreach (string file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "plugins"), "*.wat"))
        {
            File.Copy(file, Path.Combine(plugins, Path.GetFileName(file)));
        }

        ProcessStartInfo start = new(
            "dotnet",
            [program, "--urls", "http://127.0.0.1:0", "--contentRoot", _folder.FullName]
        )
        {
            RedirectStandardOutput = true,
            Environment = { ["Logging__Console__FormatterName"] = "simple" },
        };
        using Process service = Process.Start(start)!;
        try
        {
            using HttpClient client = new() { BaseAddress = new(await AddressAsync(service.StandardOutput, cancel)) };
            // What it writes from here on is read, so that it never waits for a reader.
            _ = service.StandardOutput.ReadToEndAsync(CancellationToken.None);

            Assert.Equal(HttpStatusCode.Accepted, await PostAsync(client, "relay", "hello"));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, await PostAsync(client, "nobody", "hello"));
            await UntilAsync(client, "journal", text => text.Contains("mirror: olleh", StringComparison.Ordinal));
            Assert.Equal("Healthy", await client.GetStringAsync(new Uri("health", UriKind.Relative), cancel));

            // Another version of a plug-in takes over while the service runs.
            string mirror = Path.Combine(plugins, "mirror.wat");
            await File.WriteAllTextAsync(
                mirror,
                await File.ReadAllTextAsync(Path.Combine(plugins, "critic.wat"), cancel),
                cancel
            );
            await UntilAsync(
                client,
                "journal",
                text => text.Contains("mirror: again", StringComparison.Ordinal),
                () => PostAsync(client, "relay", "again")
            );

            // One that crashes again and again is told of.
            for (int i = 0; i < 3; i++)
            {
                await PostAsync(client, "critic", "");
            }

            await UntilAsync(client, "health", text => text == "Degraded");
            await UntilAsync(
                client,
                "faf/state",
                text => text.Contains("\"outcome\":\"trapped\"", StringComparison.Ordinal)
            );
        }
        finally
        {
            service.Kill();
            await service.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task<string> AddressAsync(StreamReader output, CancellationToken cancel)
    {
        const string Before = "Now listening on: ";
        while (await output.ReadLineAsync(cancel) is { } line)
        {
            int at = line.IndexOf(Before, StringComparison.Ordinal);
            if (at >= 0)
            {
                return line[(at + Before.Length)..].Trim();
            }
        }

        throw new InvalidOperationException("The service ended before it listened.");
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient client, string component, string text)
    {
        using StringContent body = new(text);
        using HttpResponseMessage response = await client.PostAsync(
            new Uri($"messages/{component}", UriKind.Relative),
            body
        );
        return response.StatusCode;
    }

    private static async Task UntilAsync(
        HttpClient client,
        string path,
        Func<string, bool> isSo,
        Func<Task>? first = null
    )
    {
        using CancellationTokenSource patience = new(TestService.Patience);
        string text;
        do
        {
            Assert.False(patience.IsCancellationRequested, $"{path} never came to it.");
            await (first?.Invoke() ?? Task.CompletedTask);
            text = await client.GetStringAsync(new Uri(path, UriKind.Relative), CancellationToken.None);
        } while (!isSo(text));
    }
}
