using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FireAndForget.Sources;

namespace FireAndForget.Cli;

/// <summary>Where <c>faf cluster</c> finds a cluster, and how it writes its answers.</summary>
/// <param name="Url">What a silo maps for it, such as <c>http://localhost:5000/cluster</c>.</param>
/// <param name="TokenFile">A file with the token that is sent as a bearer; null: none is.</param>
/// <param name="Json">Whether one JSON object a line is written.</param>
internal sealed record ClusterSettings(string Url, string? TokenFile, bool Json);

/// <summary><c>faf cluster</c>: deploys a topology to a cluster and looks after it, over HTTP.</summary>
internal sealed class ClusterCommand : IDisposable
{
    private const int MostTopologyBytes = 64 << 20;
    private const int MostWasmBytes = 256 << 20;
    private const int MostTokenBytes = 1 << 20;

    private const char ByteOrderMark = '\uFEFF';
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromMinutes(10);
    private static readonly JsonDocumentOptions TopologyJson = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    private readonly ClusterSettings _settings;
    private readonly HttpClient _http;

    /// <summary>A command.</summary>
    /// <exception cref="CommandException">The address is not valid, or the token cannot be read.</exception>
    public ClusterCommand(ClusterSettings settings)
    {
        _settings = settings;
        if (
            !Uri.TryCreate(settings.Url.TrimEnd('/') + "/", UriKind.Absolute, out Uri? url)
            || url.Scheme is not ("http" or "https")
            || url.Query.Length + url.Fragment.Length + url.UserInfo.Length != 0
        )
        {
            throw new CommandException(
                ExitCode.WrongUsage,
                $"--url takes the address that a silo maps, such as http://localhost:5000/cluster, with neither ?, # nor a user; '{settings.Url}' is none."
            );
        }

        _http = new() { BaseAddress = url, Timeout = RequestTimeout };
        _http.DefaultRequestHeaders.Add("X-FireAndForget", "faf");
        if (settings.TokenFile is { } file)
        {
            _http.DefaultRequestHeaders.Authorization = new("Bearer", ReadToken(file));
        }
    }

    /// <summary>Stores the files of a topology and brings its components up, in their order.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> DeployAsync(string file)
    {
        string text = ReadTopology(file);
        Topology topology;
        try
        {
            topology = Topology.Parse(text, Path.GetDirectoryName(file) ?? "");
        }
        catch (TopologyException e)
        {
            throw new CommandException(ExitCode.WrongUsage, [.. e.Mistakes.Select(mistake => $"{file}, {mistake}")]);
        }

        // Components are sent as the file has them, so that a silo of another version reads them by its own rules.
        JsonArray components = (JsonArray)(
            JsonNode.Parse(text.TrimStart(ByteOrderMark), documentOptions: TopologyJson)?["components"]
            ?? new JsonArray()
        );
        Dictionary<ComponentSource, string> versions = [];
        foreach ((TopologyComponent component, JsonNode? json) in topology.Components.Zip(components))
        {
            if (!versions.TryGetValue(component.Source, out string? version))
            {
                using ByteArrayContent wasm = new(ReadWasm(component.Source.Name));
                JsonNode stored = await SendAsync(
                    HttpMethod.Put,
                    "wasm",
                    wasm,
                    component.Source.Name,
                    answer => HasText(answer, "version")
                );
                version = stored["version"]!.GetValue<string>();
                versions.Add(component.Source, version);
            }

            JsonObject body = new() { ["version"] = version, ["component"] = json!.DeepClone() };
            using StringContent content = new(body.ToJsonString(), Encoding.UTF8, "application/json");
            JsonNode deployed = await SendAsync(
                HttpMethod.Post,
                "components",
                content,
                $"{file}, component {component.Id}",
                answer => HasText(answer, "host")
            );
            Write(deployed, $"{component.Id} runs on {deployed["host"]}");
        }

        return ExitCode.Done;
    }

    /// <summary>Shows each silo with its counts, and their sum.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> ShowStatusAsync()
    {
        JsonNode status = await SendAsync(HttpMethod.Get, "status", null, _settings.Url, IsStatus);
        JsonObject sum = new() { ["event"] = "summary" };
        foreach (JsonObject host in status.AsArray().OfType<JsonObject>())
        {
            foreach ((string name, JsonNode? value) in host)
            {
                if (value is JsonValue number && number.TryGetValue(out long count))
                {
                    sum[name] = (sum[name]?.GetValue<long>() ?? 0) + count;
                }
            }

            string components = string.Join(' ', host["components"]!.AsArray().Select(id => id!.GetValue<string>()));
            Write(
                host,
                $"{host["host"]} {host["address"]} {host["state"]}: {Counts(host)}{(components.Length == 0 ? "" : "; components " + components)}"
            );
        }

        Write(sum, $"all: {Counts(sum)}");
        return ExitCode.Done;
    }

    /// <summary>Moves a component.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> MoveAsync(string id, string host)
    {
        JsonNode moved = await SendAsync(
            HttpMethod.Post,
            $"move?id={Escape(id)}&host={Escape(host)}",
            null,
            id,
            answer => HasText(answer, "host")
        );
        Write(moved, $"{id} runs on {moved["host"]}");
        return ExitCode.Done;
    }

    /// <summary>Removes a component or endpoint.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RemoveAsync(string id)
    {
        JsonNode removed = await SendAsync(
            HttpMethod.Post,
            $"remove?id={Escape(id)}",
            null,
            id,
            answer => HasText(answer, "removed")
        );
        Write(removed, $"{id} is removed");
        return ExitCode.Done;
    }

    /// <summary>Moves all components of a silo to others.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> DrainAsync(string host)
    {
        JsonNode drained = await SendAsync(
            HttpMethod.Post,
            $"drain?host={Escape(host)}",
            null,
            host,
            answer => answer is JsonObject && answer["moved"] is JsonValue
        );
        Write(drained, $"{drained["moved"]} components have left {host}");
        return ExitCode.Done;
    }

    public void Dispose() => _http.Dispose();

    private static string Escape(string value) => Uri.EscapeDataString(value);

    /// <summary>The counts that are not 0, as one line.</summary>
    private static string Counts(JsonObject counts) =>
        string.Join(
            ", ",
            counts
                .Where(count => count.Value is JsonValue number && number.TryGetValue(out long value) && value != 0)
                .Select(count => $"{count.Value} {count.Key}")
                .DefaultIfEmpty("nothing sent")
        );

    private void Write(JsonNode json, string text)
    {
        if (!_settings.Json)
        {
            Console.Out.WriteLine(ErrorLine.OneLine(text));
            return;
        }

        JsonLine.Write(writer =>
        {
            foreach ((string name, JsonNode? value) in json.AsObject())
            {
                writer.WritePropertyName(name);
                if (value is null)
                {
                    writer.WriteNullValue();
                }
                else
                {
                    value.WriteTo(writer);
                }
            }
        });
    }

    private static bool HasText(JsonNode answer, string property) =>
        answer is JsonObject && answer[property]?.GetValueKind() == JsonValueKind.String;

    private static bool IsStatus(JsonNode answer) =>
        answer is JsonArray silos
        && silos.All(silo =>
            silo is JsonObject
            && silo["components"] is JsonArray components
            && components.All(id => id?.GetValueKind() == JsonValueKind.String)
        );

    private async Task<JsonNode> SendAsync(
        HttpMethod method,
        string path,
        HttpContent? content,
        string subject,
        Func<JsonNode, bool> isAnswer
    )
    {
        try
        {
            using HttpRequestMessage request = new(method, path) { Content = content };
            using HttpResponseMessage response = await _http.SendAsync(request);
            string body = await response.Content.ReadAsStringAsync();
            if (response.IsSuccessStatusCode)
            {
                return JsonNode.Parse(body) is { } answer && isAnswer(answer)
                    ? answer
                    : throw new JsonException("the answer is none of a silo.");
            }

            string reason = response.StatusCode switch
            {
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                    $"{_settings.Url} does not let faf in ({(int)response.StatusCode}); give --token-file a file with a token that it takes.",
                _ when body.Length != 0 && response.Content.Headers.ContentType?.MediaType != "text/html" => body,
                _ =>
                    $"{_settings.Url} answered {(int)response.StatusCode}; see that it is what a silo maps with MapFireAndForgetCluster.",
            };
            throw new CommandException(ExitCode.Failed, $"{subject}: {reason}");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or JsonException)
        {
            throw new CommandException(
                ExitCode.Failed,
                $"{_settings.Url}: the cluster cannot be asked: {e.Message.TrimEnd('.')}. Check the address, and that a silo runs there."
            );
        }
    }

    private static byte[] ReadWasm(string file)
    {
        try
        {
            byte[] bytes = BoundedFile.Read(file, MostWasmBytes);
            return file.EndsWith(".wat", StringComparison.OrdinalIgnoreCase)
                ? Wasmtime.Module.ConvertText(Encoding.UTF8.GetString(bytes))
                : bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                ExitCode.Failed,
                $"{file}: the component cannot be read: {e.Message} Check its path in the topology."
            );
        }
        catch (Wasmtime.WasmtimeException e)
        {
            throw new CommandException(
                ExitCode.Failed,
                $"{file}: it is no WebAssembly text, which the ending .wat says that it is: {e.Message}"
            );
        }
    }

    /// <summary>Reads a topology's text, once, because the file may be a pipe.</summary>
    private static string ReadTopology(string file)
    {
        try
        {
            return Utf8.GetString(BoundedFile.Read(file, MostTopologyBytes));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                ExitCode.Failed,
                $"{file}: the topology cannot be read: {e.Message} Check the path."
            );
        }
        catch (DecoderFallbackException)
        {
            throw new CommandException(ExitCode.WrongUsage, $"{file}: it is not UTF-8. Write the file in UTF-8.");
        }
    }

    private static string ReadToken(string file)
    {
        try
        {
            string token = Encoding
                .UTF8.GetString(BoundedFile.Read(file, MostTokenBytes))
                .TrimStart(ByteOrderMark)
                .Trim();
            return token.Length == 0
                    ? throw new CommandException(
                        ExitCode.Failed,
                        $"{file}: there is no token in it. Check --token-file."
                    )
                : token.All(c => c is >= ' ' and <= '~') ? token
                : throw new CommandException(
                    ExitCode.Failed,
                    $"{file}: what is in it is no token: that is one line of ASCII characters. Check --token-file."
                );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                ExitCode.Failed,
                $"{file}: the token cannot be read: {e.Message} Check --token-file."
            );
        }
    }
}
