using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace FireAndForget.Orleans.AspNetCore;

/// <summary>
/// Handles the routes. An answer is JSON; an error is a line of text, with 400 where the request is wrong, 404 where there is no
/// such id, 409 where it could not be done in time, and 422 where a component cannot be hosted.
/// </summary>
internal sealed class ClusterRoutes(IMessagingCluster cluster)
{
    /// <summary>A header that a form of another site cannot send.</summary>
    public const string Header = "X-FireAndForget";

    /// <summary>The largest WebAssembly that is taken, as of files.</summary>
    private const long MostWasmBytes = 256 << 20;

    public async Task ShowStatusAsync(HttpContext context)
    {
        JsonArray hosts = [];
        foreach (ClusterHostStatus host in await cluster.GetStatusAsync().ConfigureAwait(false))
        {
            HostStatistics counts = host.Statistics;
            hosts.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["host"] = host.Name,
                        ["address"] = host.Address,
                        ["state"] = host.State,
                        ["components"] = Ids(host.Components),
                        ["endpoints"] = Ids(host.Endpoints),
                        ["sent"] = counts.Sent,
                        ["accepted"] = counts.Accepted,
                        ["refused"] = counts.Refused,
                        ["handled"] = counts.Handled,
                        ["rejected"] = counts.Rejected,
                        ["trapped"] = counts.Trapped,
                        ["timed-out"] = counts.TimedOut,
                        ["evicted"] = counts.Evicted,
                        ["undeliverable"] = counts.Undeliverable,
                        ["lost"] = counts.Lost,
                        ["queued"] = counts.Queued,
                        ["in-flight"] = counts.InFlight,
                        ["requests"] = counts.Requests,
                        ["late-replies"] = counts.LateReplies,
                        ["scheduled"] = counts.Scheduled,
                    }
            );
        }

        await context.Response.WriteAsJsonAsync(hosts, context.RequestAborted).ConfigureAwait(false);
    }

    public Task StoreAsync(HttpContext context) =>
        RunAsync(
            context,
            async () =>
            {
                context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = MostWasmBytes;
                using MemoryStream wasm = new();
                await context.Request.Body.CopyToAsync(wasm, context.RequestAborted).ConfigureAwait(false);
                string version = await cluster.StoreAsync(wasm.ToArray(), context.RequestAborted).ConfigureAwait(false);
                return new JsonObject { ["version"] = version };
            }
        );

    public Task DeployAsync(HttpContext context) =>
        RunAsync(
            context,
            async () =>
            {
                JsonNode body =
                    await JsonNode
                        .ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted)
                        .ConfigureAwait(false)
                    ?? throw new ArgumentException("The body is {\"version\":\"...\",\"component\":{...}}.");
                if (body["version"]?.GetValue<string>() is not { } version || body["component"] is not { } component)
                {
                    throw new ArgumentException("The body is {\"version\":\"...\",\"component\":{...}}.");
                }

                // The component is read as a topology of one component, so that its properties are those of every topology.
                JsonObject topology = new() { ["components"] = new JsonArray(component.DeepClone()) };
                TopologyComponent parsed = Topology.Parse(topology.ToJsonString(), "").Components[0];
                await cluster.DeployAsync(parsed.Id, version, parsed.Options).ConfigureAwait(false);
                return new JsonObject
                {
                    ["component"] = parsed.Id,
                    ["version"] = version,
                    ["host"] = cluster.FindHost(parsed.Id)?.ToParsableString(),
                };
            }
        );

    public Task MoveAsync(HttpContext context) =>
        RunAsync(
            context,
            async () =>
            {
                string id = Parameter(context, "id");
                string host = Parameter(context, "host");
                await cluster.MoveAsync(id, host).ConfigureAwait(false);
                return new JsonObject { ["component"] = id, ["host"] = cluster.FindHost(id)?.ToParsableString() };
            }
        );

    public Task RemoveAsync(HttpContext context) =>
        RunAsync(
            context,
            async () =>
            {
                string id = Parameter(context, "id");
                return await cluster.RemoveAsync(id).ConfigureAwait(false) ? new JsonObject { ["removed"] = id } : null;
            }
        );

    public Task DrainAsync(HttpContext context) =>
        RunAsync(
            context,
            async () =>
            {
                string host = Parameter(context, "host");
                int moved = await cluster.DrainAsync(host).ConfigureAwait(false);
                return new JsonObject { ["host"] = host, ["moved"] = moved };
            }
        );

    private static async Task RunAsync(HttpContext context, Func<Task<JsonObject?>> act)
    {
        HttpResponse response = context.Response;
        try
        {
            JsonObject? result = context.Request.Headers.ContainsKey(Header)
                ? await act().ConfigureAwait(false)
                : throw new ArgumentException($"Send the header {Header}.");
            if (result is null)
            {
                response.StatusCode = StatusCodes.Status404NotFound;
                await response
                    .WriteAsync("No component and no endpoint of the cluster has this id.")
                    .ConfigureAwait(false);
                return;
            }

            await response.WriteAsJsonAsync(result, context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception e) when (StatusOf(e) is { } status)
        {
            response.StatusCode = status;
            await response.WriteAsync(e.Message).ConfigureAwait(false);
        }
    }

    private static int? StatusOf(Exception e) =>
        e switch
        {
            ComponentLoadException => StatusCodes.Status422UnprocessableEntity,
            TimeoutException => StatusCodes.Status409Conflict,
            BadHttpRequestException bad => bad.StatusCode,
            ArgumentException or TopologyException or JsonException or InvalidOperationException =>
                StatusCodes.Status400BadRequest,
            _ => null,
        };

    private static string Parameter(HttpContext context, string name) =>
        context.Request.Query[name].ToString() is { Length: > 0 } value
            ? value
            : throw new ArgumentException($"Give the parameter '{name}'.");

    private static JsonArray Ids(IEnumerable<string> ids) => [.. ids.Select(id => (JsonNode)id)];
}
