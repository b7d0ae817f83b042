using System.Diagnostics;
using System.Text.Json;
using FireAndForget.Orleans;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace FireAndForget.Tests.Cluster;

/// <summary><c>faf cluster</c> as a process, against the routes that a silo maps.</summary>
[Collection(nameof(TwoSilos))]
public sealed class CommandTests(TwoSilos silos) : IAsyncLifetime
{
    private const string Token = "a token";

    private readonly string _folder = Directory.CreateTempSubdirectory("faf-cluster").FullName;
    private TestCluster _cluster = null!;
    private WebApplication _site = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await silos.BeginAsync();
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(_cluster[0]);
        _site = builder.Build();
        _site.Urls.Add("http://127.0.0.1:0");
        _site
            .MapFireAndForgetCluster("/cluster")
            .AddEndpointFilter(
                async (context, next) =>
                    context.HttpContext.Request.Headers.Authorization == $"Bearer {Token}"
                        ? await next(context)
                        : Results.Unauthorized()
            );
        // A service that answers everything, and is no silo.
        _site.Map("/other/{verb}", () => Results.Json(new Dictionary<string, string>()));
        await _site.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(_folder, "token"), Token + "\n");
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "topology.json"),
            $$"""
            {
              // As a single host takes it.
              "components": [
                { "id": "mirror", "path": "mirror.wat", "sends-to": ["client"], "placement": { "silo": "{{_cluster.NameOf(
                1
            )}}" } },
                { "id": "other", "path": "mirror.wat", },
              ],
              "endpoints": ["client"]
            }
            """
        );
        File.Copy(
            Path.Combine(AppContext.BaseDirectory, "fixtures", "echo-handler.wat"),
            Path.Combine(_folder, "mirror.wat")
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Cluster_DeployStatusMoveDrainRemove_DoAsTheySay()
    {
        HostStatistics before = _cluster.Before;
        MessagingEndpoint client = await _cluster[0].AddEndpointAsync("client", _ => { });
        Run deployed = await FafAsync("deploy", "topology.json", "--json");
        Assert.Equal((0, ""), (deployed.ExitCode, deployed.Error));
        Assert.Equal(["mirror", "other"], deployed.Json.Select(line => line.GetProperty("component").GetString()));
        Assert.Equal(_cluster[1].Silo, _cluster[0].FindHost("mirror"));
        Assert.True(
            (await client.SendAndWaitAsync("mirror", new byte[2], TestContext.Current.CancellationToken)).IsHandled
        );
        await _cluster.SettledAsync();
        LaterResult later = client.SendLater("mirror", new byte[2], TimeSpan.FromHours(1));

        Run status = await FafAsync("status", "--json");
        Assert.True(client.CancelLater(later.Number));
        JsonElement summary = status.Json[^1];
        Assert.Equal("summary", summary.GetProperty("event").GetString());
        Assert.Equal(
            (before.Sent + 2, before.Accepted + 2, before.Refused, before.Handled + 2, 0),
            (
                summary.GetProperty("sent").GetInt64(),
                summary.GetProperty("accepted").GetInt64(),
                summary.GetProperty("refused").GetInt64(),
                summary.GetProperty("handled").GetInt64(),
                summary.GetProperty("in-flight").GetInt64()
            )
        );
        // A script that reads the summary of faf run reads this one, too.
        string[] numbers =
        [
            .. "sent accepted refused handled rejected trapped timed-out evicted undeliverable lost queued in-flight".Split(
                ' '
            ),
            .. "requests late-replies scheduled".Split(' '),
        ];
        Assert.Equal(["event", .. numbers], summary.EnumerateObject().Select(property => property.Name));
        Assert.Equal(1, summary.GetProperty("scheduled").GetInt64());
        Assert.All(
            status.Json[..^1],
            line =>
                Assert.Equal(
                    ["host", "address", "state", "components", "endpoints", .. numbers],
                    line.EnumerateObject().Select(property => property.Name)
                )
        );
        Assert.Equal(
            [_cluster.NameOf(0), _cluster.NameOf(1)],
            status.Json[..^1].Select(line => line.GetProperty("host").GetString())
        );
        Assert.Contains($"{before.Accepted + 2} accepted", (await FafAsync("status")).Output, StringComparison.Ordinal);

        Assert.Equal(0, (await FafAsync("move", "mirror", _cluster.NameOf(0))).ExitCode);
        Assert.Equal(_cluster[0].Silo, _cluster[1].FindHost("mirror"));
        Assert.Equal(0, (await FafAsync("drain", _cluster.NameOf(0))).ExitCode);
        Assert.Equal(_cluster[1].Silo, _cluster[1].FindHost("mirror"));
        Assert.Equal(0, (await FafAsync("remove", "mirror")).ExitCode);
        Assert.Null(_cluster[1].FindHost("mirror"));
        Assert.Equal(SendStatus.TargetNotFound, client.Send("mirror", "a"u8));
    }

    [Fact]
    public async Task Cluster_WhatCannotBeDone_IsALineAndExitCode1()
    {
        Run gone = await FafAsync("remove", "nobody");
        Assert.Equal(
            (1, "nobody: No component and no endpoint of the cluster has this id.\n"),
            (gone.ExitCode, gone.Error)
        );
        Run nowhere = await FafAsync("drain", "nowhere");
        Assert.Equal(1, nowhere.ExitCode);
        Assert.Contains(
            $"there are {_cluster.NameOf(0)}, {_cluster.NameOf(1)}",
            nowhere.Error,
            StringComparison.Ordinal
        );
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "mirror.wat"),
            "(module)",
            TestContext.Current.CancellationToken
        );
        Run unfit = await FafAsync("deploy", "topology.json");
        Assert.Equal(1, unfit.ExitCode);
        Assert.StartsWith("topology.json, component mirror: ", unfit.Error, StringComparison.Ordinal);
        Assert.Single(unfit.Error.TrimEnd('\n').Split('\n'));
        await File.WriteAllTextAsync(Path.Combine(_folder, "token"), "another", TestContext.Current.CancellationToken);
        Run refused = await FafAsync("status");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("--token-file", refused.Error, StringComparison.Ordinal);
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "topology.json"),
            "{ \"parts\": 1 }",
            TestContext.Current.CancellationToken
        );
        Assert.Equal(2, (await FafAsync("deploy", "topology.json")).ExitCode);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("deploy", "topology.json")]
    [InlineData("move", "mirror", "silo")]
    [InlineData("remove", "mirror")]
    [InlineData("drain", "silo")]
    public async Task Cluster_AnswerOfAnotherService_SaysThatItIsNoneOfASilo(params string[] arguments)
    {
        Run asked = await FafAtAsync("other", arguments);

        Assert.Equal((1, ""), (asked.ExitCode, asked.Output));
        Assert.Contains("the answer is none of a silo. Check the address", asked.Error, StringComparison.Ordinal);
    }

    private Task<Run> FafAsync(params string[] arguments) => FafAtAsync("cluster", arguments);

    private async Task<Run> FafAtAsync(string path, string[] arguments)
    {
        ProcessStartInfo start = new("dotnet")
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] all =
        [
            Path.Combine(AppContext.BaseDirectory, "faf.dll"),
            "cluster",
            .. arguments,
            "--url",
            $"{_site.Urls.First()}/{path}",
            "--token-file",
            "token",
        ];
        Array.ForEach(all, start.ArgumentList.Add);
        using Process faf = Process.Start(start)!;
        Task<string> output = faf.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string error = await faf.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await faf.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new(faf.ExitCode, await output, error);
    }

    private sealed record Run(int ExitCode, string Output, string Error)
    {
        public JsonElement[] Json =>
            [
                .. Output
                    .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Select(line => JsonDocument.Parse(line).RootElement),
            ];
    }
}
