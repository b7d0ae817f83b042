using System.Text.Json.Serialization;

namespace FireAndForget.AspNetCore;

/// <summary>
/// Collects what the page shows of a host: its counts at the moment of a request, and its last dead letters and refusals, which are
/// kept in a ring of fixed size from the start on.
/// </summary>
internal sealed class HostView
{
    /// <summary>The most components and endpoints that are shown each, so that a state stays small whatever the host has.</summary>
    public const int MostShown = 500;

    /// <summary>How many dead letters and refusals are kept.</summary>
    public const int MostEvents = 200;

    /// <summary>The most patterns of each that are shown with it.</summary>
    public const int MostPatterns = 50;

    /// <summary>The most flows that are shown, those with the most messages.</summary>
    public const int MostFlows = 1000;

    private readonly MessagingHost _host;
    private readonly bool _hasActions;
    private readonly EventSubscription _subscription;
    private readonly Lock _lock = new();
    private readonly Queue<EventView> _events = new();
    private long _read;

    /// <summary>Begins to keep the host's dead letters and refusals.</summary>
    /// <param name="host">The host.</param>
    /// <param name="hasActions">Whether something may be done from the page.</param>
    public HostView(MessagingHost host, bool hasActions)
    {
        _host = host;
        _hasActions = hasActions;
        // It is read only when somebody looks, and shows what happened last.
        _subscription = host.Subscribe(
            new EventSubscriptionOptions { Capacity = MostEvents, OverflowPolicy = EventOverflowPolicy.DropOldest }
        );
    }

    /// <summary>The state of the host now.</summary>
    /// <param name="traffic">Counts who sends how much to whom; null: nobody watches that.</param>
    /// <param name="filter">What the ids of the components and endpoints that are shown have in them; empty: anything.</param>
    public StateView Look(TrafficWatch? traffic, string filter)
    {
        IReadOnlyCollection<Component> allComponents = _host.Components;
        IReadOnlyCollection<MessagingEndpoint> allEndpoints = _host.Endpoints;
        Component[] components =
        [
            .. allComponents
                .Where(c => c.Id.Contains(filter, StringComparison.Ordinal))
                .OrderBy(c => c.Id, StringComparer.Ordinal),
        ];
        MessagingEndpoint[] endpoints =
        [
            .. allEndpoints
                .Where(e => e.Id.Contains(filter, StringComparison.Ordinal))
                .OrderBy(e => e.Id, StringComparer.Ordinal),
        ];
        HostStatistics statistics = _host.Statistics;
        return new()
        {
            Stopping = _host.IsStopping,
            Actions = _hasActions,
            Sent = statistics.Sent,
            Refused = statistics.Refused,
            Messages = CountsView.Of(statistics.Messages),
            ComponentCount = allComponents.Count,
            EndpointCount = allEndpoints.Count,
            Matching = components.Length + endpoints.Length,
            Components = [.. components.Take(MostShown).Select(ComponentView.Of)],
            Endpoints = [.. endpoints.Take(MostShown).Select(EndpointView.Of)],
            Flows =
            [
                .. (traffic?.Read() ?? [])
                    .OrderByDescending(flow => flow.Messages)
                    .Take(MostFlows)
                    .Select(flow => new FlowView(flow.Sender, flow.Target, flow.Messages)),
            ],
            Events = Events(),
            EventCount = _read + _subscription.Dropped,
        };
    }

    private EventView[] Events()
    {
        lock (_lock)
        {
            while (_subscription.TryRead(out HostEvent? happened))
            {
                _events.Enqueue(EventView.Of(happened, ++_read));
                if (_events.Count > MostEvents)
                {
                    _events.Dequeue();
                }
            }

            return [.. _events.Reverse()];
        }
    }
}

/// <summary>A host at one moment, as JSON.</summary>
internal sealed class StateView
{
    public required bool Stopping { get; init; }

    /// <summary>Whether something may be done from the page, by who has the policy.</summary>
    public required bool Actions { get; init; }

    public required long Sent { get; init; }

    public required long Refused { get; init; }

    public required CountsView Messages { get; init; }

    public required int ComponentCount { get; init; }

    public required int EndpointCount { get; init; }

    /// <summary>How many components and endpoints have the filter in their ids; without one, all.</summary>
    public required int Matching { get; init; }

    public required IReadOnlyList<ComponentView> Components { get; init; }

    public required IReadOnlyList<EndpointView> Endpoints { get; init; }

    /// <summary>The number of messages by sender and receiver since somebody watches; empty where nobody does.</summary>
    public required IReadOnlyList<FlowView> Flows { get; init; }

    /// <summary>The last dead letters and refusals, the newest first.</summary>
    public required IReadOnlyList<EventView> Events { get; init; }

    /// <summary>How many events there were in all, kept or not.</summary>
    public required long EventCount { get; init; }
}

/// <summary>What became of a receiver's messages, in the words of <c>faf run</c>'s summary.</summary>
internal sealed class CountsView
{
    public required long Accepted { get; init; }
    public required long Handled { get; init; }
    public required long Rejected { get; init; }
    public required long Trapped { get; init; }
    public required long TimedOut { get; init; }
    public required long Evicted { get; init; }
    public required long Undeliverable { get; init; }
    public required long Lost { get; init; }
    public required long Queued { get; init; }
    public required long InFlight { get; init; }

    public static CountsView Of(MessageStatistics statistics) =>
        new()
        {
            Accepted = statistics.Accepted,
            Handled = statistics.Handled,
            Rejected = statistics.Rejected,
            Trapped = statistics.Trapped,
            TimedOut = statistics.TimedOut,
            Evicted = statistics.Evicted,
            Undeliverable = statistics.Undeliverable,
            Lost = statistics.Lost,
            Queued = statistics.Queued,
            InFlight = statistics.InFlight,
        };
}

/// <summary>A component, as JSON.</summary>
internal sealed class ComponentView
{
    public required string Id { get; init; }
    public required bool Stopped { get; init; }
    public required long Restarts { get; init; }
    public required long Memory { get; init; }
    public required long SendsRefused { get; init; }
    public required IReadOnlyList<string> SendsTo { get; init; }
    public required IReadOnlyList<string> ReceivesFrom { get; init; }
    public required CountsView Messages { get; init; }

    public static ComponentView Of(Component component) =>
        new()
        {
            Id = component.Id,
            Stopped = component.IsStopped,
            Restarts = component.Restarts,
            Memory = component.MemoryBytes,
            SendsRefused = component.SendsRefused,
            SendsTo = [.. component.SendsTo.Take(HostView.MostPatterns)],
            ReceivesFrom = [.. component.ReceivesFrom.Take(HostView.MostPatterns)],
            Messages = CountsView.Of(component.Statistics),
        };
}

/// <summary>An endpoint, as JSON.</summary>
internal sealed class EndpointView
{
    public required string Id { get; init; }
    public required bool Receives { get; init; }
    public required long SendsRefused { get; init; }
    public required IReadOnlyList<string> SendsTo { get; init; }
    public required IReadOnlyList<string> ReceivesFrom { get; init; }
    public required CountsView Messages { get; init; }

    public static EndpointView Of(MessagingEndpoint endpoint) =>
        new()
        {
            Id = endpoint.Id,
            Receives = endpoint.Receives,
            SendsRefused = endpoint.SendsRefused,
            SendsTo = [.. endpoint.SendsTo.Take(HostView.MostPatterns)],
            ReceivesFrom = endpoint.Receives ? [.. endpoint.ReceivesFrom.Take(HostView.MostPatterns)] : [],
            Messages = CountsView.Of(endpoint.Statistics),
        };
}

/// <summary>The number of messages from one sender to one receiver, as JSON.</summary>
internal sealed record FlowView(string From, string To, long Messages);

/// <summary>An event of the host, as JSON, in the words of <c>faf run</c>.</summary>
internal sealed class EventView
{
    /// <summary>A number that counts up, by which a page tells new events from those that it has.</summary>
    public required long Number { get; init; }
    public required string Event { get; init; }
    public string? From { get; init; }
    public string? To { get; init; }
    public string? Outcome { get; init; }
    public required string Why { get; init; }

    public static EventView Of(HostEvent happened, long number) =>
        happened switch
        {
            DeadLetter letter => new()
            {
                Number = number,
                Event = "dead-letter",
                From = letter.Sender,
                To = letter.Target,
                Outcome = Word(letter.Outcome.ToString()),
                Why = letter.Reason,
            },
            SendRefused refused => new()
            {
                Number = number,
                Event = "refused",
                From = refused.Sender,
                To = refused.Target,
                Outcome = Word(refused.Status.ToString()),
                Why = refused.Reason,
            },
            ComponentRestarted restarted => new()
            {
                Number = number,
                Event = "restarted",
                To = restarted.Component,
                Why = restarted.Reason,
            },
            ComponentStopped stopped => new()
            {
                Number = number,
                Event = "stopped",
                To = stopped.Component,
                Why = stopped.Reason,
            },
            _ => new()
            {
                Number = number,
                Event = Word(happened.GetType().Name),
                Why = happened.ToString() ?? "",
            },
        };

    private static string Word(string name) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(name);
}

/// <summary>Serializes the views as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(StateView))]
[JsonSerializable(typeof(ParticipantView))]
internal sealed partial class ViewJson : JsonSerializerContext;
