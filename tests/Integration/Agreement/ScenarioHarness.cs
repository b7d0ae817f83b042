using System.Text;
using FireAndForget.Guests.Compiling;

namespace FireAndForget.Tests.Agreement;

/// <summary>A host in manual mode on which a <see cref="Scenario"/> is run, and what is seen of it.</summary>
internal sealed class ScenarioHarness : IGuestOutput, IAsyncDisposable
{
    private readonly EventSubscription _events;
    private readonly SortedDictionary<string, List<string>> _delivered = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, List<string>> _written = new(StringComparer.Ordinal);
    private readonly List<Component> _all = [];

    private ScenarioHarness(GuestRuntime runtime)
    {
        Host = new(
            new()
            {
                Workers = 0,
                PrefersComponentApi = runtime == GuestRuntime.ComponentApi,
                GuestOutput = this,
            }
        );
        _events = Host.Subscribe(int.MaxValue);
        Clients = [.. Senders.Select(id => Host.AddEndpoint(id, m => Deliver(id, m), TestHost.Roomy))];
    }

    /// <summary>The endpoints, which send, and get what is sent to them.</summary>
    public static IReadOnlyList<string> Senders { get; } =
    ["client", "sink", "a/much-longer.sender_id-that-does-not-fit-anywhere", "log"];

    public MessagingHost Host { get; }

    public IReadOnlyList<MessagingEndpoint> Clients { get; }

    /// <summary>Runs it on both runtimes, and compares what they show.</summary>
    /// <returns>What the direct runtime showed.</returns>
    public static Observations Compare(Scenario scenario)
    {
        Observations direct = Run(scenario, GuestRuntime.Direct);
        Observations.AssertSame(direct, Run(scenario, GuestRuntime.ComponentApi), scenario.ToString());
        return direct;
    }

    public static Observations Run(Scenario scenario, GuestRuntime runtime)
    {
        ScenarioHarness harness = new(runtime);
        try
        {
            return harness.Run(scenario);
        }
        finally
        {
            harness.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    /// <summary>Adds a component.</summary>
    /// <returns>What came of it.</returns>
    public string Add(ScenarioGuest guest)
    {
        try
        {
            Component added = Host.AddComponent(guest.Id, guest.Source, guest.Options ?? ScenarioGuest.Free);
            _all.Add(added);
            return "added";
        }
        catch (ComponentLoadException e)
        {
            return $"cannot be loaded: {FaultKind.Of(e.Message)}";
        }
    }

    public void Write(string component, bool isError, ReadOnlySpan<byte> line)
    {
        string stream = $"{component} wrote to {(isError ? "stderr" : "stdout")}";
        lock (_written)
        {
            Of(_written, stream).Add($"{stream}: {Encoding.UTF8.GetString(line)}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _events.Dispose();
        await Host.DisposeAsync();
    }

    private Observations Run(Scenario scenario)
    {
        List<string> lines = [.. scenario.Guests.Select(guest => $"{guest.Id}: {Add(guest)}")];
        foreach (ScenarioStep step in scenario.Steps)
        {
            lines.Add($"{step.Name}: {step.Do(this)}");
            lines.AddRange(News());
        }

        Host.Pump();
        lines.AddRange(News());
        foreach (Component component in _all)
        {
            lines.Add(
                $"{component.Id}, stopped: {component.IsStopped}, refused: {component.SendsRefused}, {component.Statistics}"
            );
        }

        HostStatistics statistics = Host.Statistics;
        AccountingAssert.AssertAtRest(statistics.Messages);
        lines.Add($"the host: {statistics}");
        return new(lines) { Accepted = statistics.Accepted };
    }

    /// <summary>
    /// What happened since the last look, each kind and each component for itself: how batches of two receivers interleave is no runtime's promise.
    /// </summary>
    private IEnumerable<string> News()
    {
        List<HostEvent> events = [];
        while (_events.TryRead(out HostEvent? happened))
        {
            events.Add(happened);
        }

        foreach (DeadLetter letter in events.OfType<DeadLetter>().OrderBy(l => l.Target, StringComparer.Ordinal))
        {
            yield return $"dead letter from {letter.Sender} to {letter.Target}, {letter.Length} bytes, {letter.Outcome}: {FaultKind.Of(letter.Reason)}";
        }

        foreach (SendRefused refused in events.OfType<SendRefused>().OrderBy(r => r.Sender, StringComparer.Ordinal))
        {
            yield return $"refused from {refused.Sender} to {refused.Target}, {refused.Status}: {refused.Reason}";
        }

        foreach (
            ComponentRestarted restarted in events
                .OfType<ComponentRestarted>()
                .OrderBy(r => r.Component, StringComparer.Ordinal)
        )
        {
            yield return $"restarted {restarted.Component}: {FaultKind.Of(restarted.Reason)}";
        }

        foreach (
            ComponentStopped stopped in events
                .OfType<ComponentStopped>()
                .OrderBy(s => s.Component, StringComparer.Ordinal)
        )
        {
            yield return $"stopped {stopped.Component}: {FaultKind.Of(stopped.Reason)}";
        }

        foreach (string line in Take(_delivered).Concat(Take(_written)))
        {
            yield return line;
        }
    }

    private static string[] Take(SortedDictionary<string, List<string>> lines)
    {
        lock (lines)
        {
            string[] all = [.. lines.Values.SelectMany(l => l)];
            lines.Clear();
            return all;
        }
    }

    private void Deliver(string to, ReceivedMessage message)
    {
        string way = $"delivered to {to} from {message.Sender}";
        Of(_delivered, way).Add($"{way}: {Observations.Show(message.Bytes)}");
    }

    private static List<string> Of(SortedDictionary<string, List<string>> lines, string key)
    {
        if (!lines.TryGetValue(key, out List<string>? list))
        {
            lines.Add(key, list = []);
        }

        return list;
    }
}
