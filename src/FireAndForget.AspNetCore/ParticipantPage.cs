using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace FireAndForget.AspNetCore;

/// <summary>What one component or endpoint is, may do and has written, as JSON for its own page.</summary>
internal sealed class ParticipantPage(MessagingHost host, LogLines log)
{
    /// <summary>The most imports and exports that are shown each: a guest chooses how many it has.</summary>
    private const int MostNames = 200;

    /// <summary>The most characters of an import or export: a guest chooses these, too.</summary>
    private const int MostOfName = 200;

    /// <summary>The most characters of why it has its runtime, which can name an import.</summary>
    private const int MostOfReason = 500;

    public Task WriteAsync(HttpContext context)
    {
        string id = context.Request.Query["id"].ToString();
        ParticipantView? view =
            host.TryGetComponent(id, out Component? component) ? Of(component)
            : host.TryGetEndpoint(id, out MessagingEndpoint? endpoint) ? Of(endpoint)
            : null;
        PageFiles.SetHeaders(context, "application/json; charset=utf-8");
        if (view is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return context.Response.Body.WriteAsync("{}"u8.ToArray(), context.RequestAborted).AsTask();
        }

        return JsonSerializer.SerializeAsync(
            context.Response.Body,
            view,
            ViewJson.Default.ParticipantView,
            context.RequestAborted
        );
    }

    private ParticipantView Of(Component component)
    {
        ComponentInspection guest = component.Inspection;
        ComponentOptions options = component.Options;
        return new()
        {
            Id = component.Id,
            Kind = guest.IsComponent ? "component" : "core-module",
            SendsTo = component.SendsTo,
            ReceivesFrom = component.ReceivesFrom,
            PublishesTo = component.PublishesTo,
            SubscribesTo = component.Subscriptions,
            Runtime = guest.Runtime == GuestRuntime.Direct ? "direct" : "component-api",
            Why = ShownText.Cut(guest.Reason, MostOfReason),
            Imports = Names(guest.Imports),
            ImportCount = guest.Imports.Count,
            Exports = Names(guest.Exports),
            ExportCount = guest.Exports.Count,
            Limits =
            [
                new("codecs", options.Codecs is { } codecs ? string.Join(", ", codecs) : "any"),
                new("message", Size(options.MaxMessageBytes)),
                new("mailbox", Text(options.Mailbox)),
                new("time for a message", Time(options.Limits.MessageTimeout)),
                new("time for a load", Time(options.Limits.LoadTimeout)),
                new("memory", Size(options.Limits.MemoryBytes)),
                new("table elements", Number(options.Limits.TableElements)),
                new("open files", Number(options.Limits.OpenFiles)),
                new("output", $"{Size(options.Limits.OutputBytesPerSecond)} a second"),
                new("rate", options.Rate is { } rate ? Text(rate) : "none"),
                new("quota", Text(options.Quota)),
                new("restarts", Text(options.Restart)),
                new("environment", Number(options.Wasi.Environment.Count)),
                new("folders", Number(options.Wasi.Directories.Count)),
            ],
            Log = log.Of(component.Id),
        };
    }

    private ParticipantView Of(MessagingEndpoint endpoint) =>
        new()
        {
            Id = endpoint.Id,
            Kind = endpoint.Receives ? "endpoint" : "endpoint, sends only",
            SendsTo = endpoint.SendsTo,
            ReceivesFrom = endpoint.ReceivesFrom,
            PublishesTo = endpoint.PublishesTo,
            SubscribesTo = endpoint.Subscriptions,
            Log = log.Of(endpoint.Id),
        };

    private static string[] Names(IReadOnlyList<string> names) =>
        [.. names.Take(MostNames).Select(name => ShownText.Cut(name, MostOfName))];

    private static string Text(MailboxOptions mailbox) =>
        $"{Number(mailbox.Messages)} messages, {Size(mailbox.Bytes)}, "
        + (mailbox.OverflowPolicy == OverflowPolicy.DropOldest ? "the oldest are dropped" : "then refused");

    private static string Text(RateOptions rate) =>
        FormattableString.Invariant($"{rate.MessagesPerSecond:0.###} messages a second, {rate.Burst:N0} at once");

    private static string Text(QuotaOptions quota) =>
        quota.Messages == 0 && quota.Bytes == 0
            ? "none"
            : $"{Number(quota.Messages)} messages, {Size(quota.Bytes)} in {Time(quota.Window)}";

    private static string Text(RestartOptions restart) =>
        restart.Max == 0
            ? "none"
            : $"{Number(restart.Max)} in {Time(restart.Window)}, the first after {Time(restart.Pause)}";

    private static string Number(long number) => FormattableString.Invariant($"{number:N0}");

    private static string Size(long bytes) => $"{Number(bytes)} bytes";

    private static string Time(TimeSpan time) =>
        time <= TimeSpan.Zero ? "none" : FormattableString.Invariant($"{time.TotalSeconds:0.###} s");
}

/// <summary>A component or endpoint by itself, as JSON.</summary>
internal sealed class ParticipantView
{
    public required string Id { get; init; }
    public required string Kind { get; init; }
    public required IReadOnlyList<string> SendsTo { get; init; }
    public required IReadOnlyList<string> ReceivesFrom { get; init; }
    public required IReadOnlyList<string> PublishesTo { get; init; }
    public required IReadOnlyList<string> SubscribesTo { get; init; }

    /// <summary>Which runtime runs it; null for an endpoint, as is what follows.</summary>
    public string? Runtime { get; init; }
    public string? Why { get; init; }

    /// <summary>The first of its imports, each cut where it is long.</summary>
    public IReadOnlyList<string>? Imports { get; init; }

    /// <summary>How many imports it has in all.</summary>
    public int? ImportCount { get; init; }

    /// <summary>The first of its exports, each cut where it is long.</summary>
    public IReadOnlyList<string>? Exports { get; init; }

    /// <summary>How many exports it has in all.</summary>
    public int? ExportCount { get; init; }
    public IReadOnlyList<LimitView>? Limits { get; init; }

    /// <summary>The last lines of the log about it, the oldest first.</summary>
    public required IReadOnlyList<LogLineView> Log { get; init; }
}

/// <summary>A limit, as JSON.</summary>
internal sealed record LimitView(string Name, string Value);
