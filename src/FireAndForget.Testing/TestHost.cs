using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace FireAndForget.Testing;

/// <summary>
/// A host for tests: it delivers when the test says so, on the test's thread, by a clock that the test holds and with random numbers that
/// are the same each time. It keeps what happens, in order, and every failure shows that.
/// </summary>
/// <remarks>
/// A guest's budgets (<see cref="LimitOptions.MessageTimeout"/>, <see cref="LimitOptions.LoadTimeout"/>) stay on the machine's clock, since a
/// guest that runs for ever would otherwise never end. A test host is for one thread at a time.
/// </remarks>
/// <example>
/// <code>
/// await using TestHost host = new();
/// host.AddComponent("mirror", "mirror.wasm", new() { SendsTo = ["client"] });
/// RecordingEndpoint client = host.AddEndpoint("client");
///
/// (await client.SendAsync("mirror", "hello")).AssertHandled();
///
/// client.AssertReceived("olleh");
/// </code>
/// </example>
public sealed class TestHost : IDisposable, IAsyncDisposable
{
    /// <summary>How long asynchronous handlers may take, by the machine's clock.</summary>
    private static readonly TimeSpan HandlerTimeout = TimeSpan.FromSeconds(60);

    private readonly TestMetrics _metrics;
    private RecordingEndpoint? _endpoint;

    /// <summary>A host in manual mode, on a clock of its own that begins on 1 January 2000, with random numbers from the seed 1.</summary>
    /// <param name="configure">
    /// Changes the options; a log and a receiver of guests' output that it sets get their lines beside this. Workers and clock are the test
    /// host's.
    /// </param>
    public TestHost(Action<MessagingHostOptions>? configure = null)
    {
        MessagingHostOptions options = new() { RandomSeed = 1 };
        configure?.Invoke(options);
        Record = new(options.Logger, options.GuestOutput);
        options.Workers = 0;
        options.TimeProvider = Time;
        options.Logger = Record;
        options.GuestOutput = Record;
        Host = new(options);
        Record.Subscription = Host.Subscribe(int.MaxValue);
        _metrics = new(Host);
    }

    /// <summary>The host itself.</summary>
    public MessagingHost Host { get; }

    /// <summary>Its clock. <see cref="AdvanceAsync"/> moves it and delivers what became due.</summary>
    public FakeTimeProvider Time { get; } = new();

    /// <summary>
    /// The endpoint 'test', the sender of messages for which the test names none. It is created when it is first needed.
    /// </summary>
    public RecordingEndpoint Endpoint => _endpoint ??= AddEndpoint("test");

    /// <summary>
    /// All that happened so far as text, a line each, in order: sends and refusals, what endpoints got, messages that were not handled,
    /// restarts and stops, what guests wrote, and time. The same each time the test runs, so that it can be compared with a text that was
    /// approved.
    /// </summary>
    public string Snapshot => Record.ToString();

    /// <summary>The lines of the host's log so far.</summary>
    public IReadOnlyList<string> Log => Record.Log;

    /// <summary>The events of the host so far.</summary>
    public IReadOnlyList<HostEvent> Events => Record.Events;

    internal TestRecord Record { get; }

    /// <inheritdoc cref="MessagingHost.AddComponent(string, string, ComponentOptions)"/>
    public Component AddComponent(string id, string path, ComponentOptions? options = null) =>
        Host.AddComponent(id, path, options);

    /// <inheritdoc cref="MessagingHost.AddComponent(string, ComponentSource, ComponentOptions)"/>
    public Component AddComponent(string id, ComponentSource source, ComponentOptions? options = null) =>
        Host.AddComponent(id, source, options);

    /// <summary>Adds an endpoint that keeps what it gets.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="handler">Called for each message after it was kept; where it throws, the message is trapped. Null: nothing is.</param>
    /// <param name="options">What it accepts; null: the defaults.</param>
    /// <returns>The endpoint.</returns>
    /// <exception cref="ArgumentException">The id is not valid, or is taken.</exception>
    public RecordingEndpoint AddEndpoint(
        string id,
        MessageHandler? handler = null,
        MessagingEndpointOptions? options = null
    ) => new(this, id, null, handler, options);

    /// <summary>Adds an endpoint that answers requests and keeps what it gets, requests and messages.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="answering">Answers each request after it was kept.</param>
    /// <param name="handler">Called for each message after it was kept; where it throws, the message is trapped. Null: nothing is.</param>
    /// <param name="options">What it accepts; null: the defaults.</param>
    /// <returns>The endpoint.</returns>
    /// <exception cref="ArgumentNullException">The handler of requests is null.</exception>
    /// <exception cref="ArgumentException">The id is not valid, or is taken.</exception>
    public RecordingEndpoint AddEndpoint(
        string id,
        RequestHandler answering,
        MessageHandler? handler = null,
        MessagingEndpointOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(answering);
        return new(this, id, answering, handler, options);
    }

    /// <summary>
    /// Sends a message from the endpoint 'test' and delivers until it has its outcome and nothing is left to be delivered. What waited
    /// before is delivered before.
    /// </summary>
    /// <param name="target">The id of the receiver.</param>
    /// <param name="message">The message.</param>
    /// <returns>What became of it.</returns>
    /// <exception cref="ArgumentNullException">The target is null.</exception>
    public Task<SendResult> SendAsync(string target, ReadOnlyMemory<byte> message) =>
        Endpoint.SendAsync(target, message);

    /// <summary>
    /// Sends a text in UTF-8 from the endpoint 'test' and delivers until it has its outcome and nothing is left to be delivered.
    /// </summary>
    /// <param name="target">The id of the receiver.</param>
    /// <param name="message">The message.</param>
    /// <returns>What became of it.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public Task<SendResult> SendAsync(string target, string message) => Endpoint.SendAsync(target, message);

    /// <summary>Delivers until nothing is left that can be delivered now, and no asynchronous handler runs.</summary>
    /// <returns>A task that ends then.</returns>
    /// <exception cref="TestFailedException">An asynchronous handler did not end within a minute.</exception>
    public async Task DeliverAsync()
    {
        long start = Stopwatch.GetTimestamp();
        while (Host.Pump() != 0 || Host.Statistics.InFlight != 0)
        {
            await WaitForHandlerAsync(start, Host.Statistics.InFlight);
        }
    }

    /// <summary>Moves the clock on, and delivers what became due.</summary>
    /// <param name="time">By how much.</param>
    /// <returns>A task that ends when nothing is left that can be delivered.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    /// <exception cref="TestFailedException">An asynchronous handler did not end within a minute.</exception>
    public Task AdvanceAsync(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        Record.Add(string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds} s pass"));
        Time.Advance(time);
        return DeliverAsync();
    }

    /// <summary>Reads an instrument of the host.</summary>
    /// <param name="instrument">Its name, such as <c>messaging.client.sent.messages</c>.</param>
    /// <param name="tags">The attributes that measurements must have to be summed, such as <c>("messaging.destination.name", "mirror")</c>.</param>
    /// <returns>The sum in the instrument's unit; of a histogram how many values it took.</returns>
    /// <exception cref="ArgumentException">The host has no such instrument.</exception>
    public double Metric(string instrument, params (string Name, string Value)[] tags) =>
        _metrics.Names.Contains(instrument)
            ? _metrics.Sum(instrument, tags)
            : throw new ArgumentException(
                $"'{instrument}' is no instrument of the host; it has {string.Join(", ", _metrics.Names)}.",
                nameof(instrument)
            );

    /// <summary>Asserts that a send was refused, whichever endpoint or component made it.</summary>
    /// <param name="sender">The id of the sender.</param>
    /// <param name="target">The target as it was given.</param>
    /// <param name="status">The answer.</param>
    /// <exception cref="TestFailedException">There was no such send.</exception>
    public void AssertRefused(string sender, string target, SendStatus status)
    {
        if (!Events.OfType<SendRefused>().Any(r => r.Sender == sender && r.Target == target && r.Status == status))
        {
            throw Failure($"A send of {sender} to {target} was to be refused with {status}, and none was.");
        }
    }

    /// <summary>Asserts that a message was accepted and not handled, whichever endpoint or component sent it.</summary>
    /// <param name="target">The id of its receiver.</param>
    /// <param name="outcome">Its outcome.</param>
    /// <param name="reason">What the reason contains, compared by code points.</param>
    /// <exception cref="TestFailedException">There was no such message.</exception>
    public void AssertDeadLetter(string target, Outcome outcome, string reason = "")
    {
        if (
            !Events
                .OfType<DeadLetter>()
                .Any(l =>
                    l.Target == target && l.Outcome == outcome && l.Reason.Contains(reason, StringComparison.Ordinal)
                )
        )
        {
            throw Failure($"A message to {target} was to be {outcome}{Containing(reason)}, and none was.");
        }
    }

    /// <summary>Asserts how often a component was restarted.</summary>
    /// <param name="component">Its id.</param>
    /// <param name="times">How often; 0: never.</param>
    /// <exception cref="TestFailedException">It was restarted more or less often.</exception>
    public void AssertRestarted(string component, int times = 1)
    {
        int restarts = Events.OfType<ComponentRestarted>().Count(r => r.Component == component);
        if (restarts != times)
        {
            throw Failure($"{component} was to be restarted {times} times, and was {restarts} times.");
        }
    }

    /// <summary>Asserts that a component stopped for good.</summary>
    /// <param name="component">Its id.</param>
    /// <param name="reason">What the reason contains, compared by code points.</param>
    /// <exception cref="TestFailedException">It did not, or for another reason.</exception>
    public void AssertStopped(string component, string reason = "")
    {
        if (
            !Events
                .OfType<ComponentStopped>()
                .Any(s => s.Component == component && s.Reason.Contains(reason, StringComparison.Ordinal))
        )
        {
            throw Failure($"{component} was to stop{Containing(reason)}, and did not.");
        }
    }

    /// <summary>Asserts that a guest wrote a line to its standard output or error.</summary>
    /// <param name="component">The component's id.</param>
    /// <param name="text">What the line contains, compared by code points.</param>
    /// <exception cref="TestFailedException">It wrote no such line.</exception>
    public void AssertWrote(string component, string text)
    {
        if (!Record.Output.Any(o => o.Component == component && o.Line.Contains(text, StringComparison.Ordinal)))
        {
            throw Failure($"{component} was to write a line with '{text}', and did not.");
        }
    }

    /// <summary>Asserts that the host logged a line.</summary>
    /// <param name="text">What the line contains, compared by code points.</param>
    /// <exception cref="TestFailedException">It logged no such line.</exception>
    public void AssertLogged(string text)
    {
        if (!Log.Any(line => line.Contains(text, StringComparison.Ordinal)))
        {
            throw Failure(
                $"The host was to log a line with '{text}', and did not. It logged:\n{string.Concat(Log.Select(l => $"  {l}\n"))}"
            );
        }
    }

    /// <summary>Asserts the value of an instrument.</summary>
    /// <param name="instrument">Its name.</param>
    /// <param name="value">The sum in the instrument's unit; of a histogram how many values it took.</param>
    /// <param name="tags">The attributes that measurements must have to be summed.</param>
    /// <exception cref="ArgumentException">The host has no such instrument.</exception>
    /// <exception cref="TestFailedException">It says something else.</exception>
    public void AssertMetric(string instrument, double value, params (string Name, string Value)[] tags)
    {
        double sum = Metric(instrument, tags);
        if (sum != value)
        {
            string which = string.Join(", ", tags.Select(t => $"{t.Name} {t.Value}"));
            throw Failure(
                string.Create(CultureInfo.InvariantCulture, $"{instrument} ({which}) was to be {value}, and is {sum}.")
            );
        }
    }

    /// <summary>
    /// Asserts that nothing went wrong: no send was refused, every message was handled, no component was restarted or stopped.
    /// </summary>
    /// <exception cref="TestFailedException">Something did.</exception>
    public void AssertNothingFailed()
    {
        if (Events.Count != 0)
        {
            throw Failure($"Nothing was to fail, and this did first: {MessageText.OneLine(Events[0].ToString()!)}");
        }
    }

    /// <summary>Stops the host and ends the listening.</summary>
    public void Dispose()
    {
        Host.Dispose();
        DisposeListeners();
    }

    /// <inheritdoc cref="Dispose"/>
    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        DisposeListeners();
    }

    internal async Task<SendResult> SendAsync(MessagingEndpoint sender, string target, ReadOnlyMemory<byte> message)
    {
        ArgumentNullException.ThrowIfNull(target);
        await DeliverAsync();
        Func<MessageStatistics> look =
            Host.TryGetComponent(target, out Component? component) ? () => component.Statistics
            : Host.TryGetEndpoint(target, out MessagingEndpoint? endpoint) ? () => endpoint.Statistics
            : () => new();
        MessageStatistics before = look();
        int events = Events.Count;
        string what = $"{sender.Id} -> {MessageText.OneLine(target)}: {MessageText.Of(message.Span)}";
        Record.Add(what);
        SendStatus status = sender.Send(target, message.Span);
        if (status != SendStatus.Accepted)
        {
            string why = Events.Skip(events).OfType<SendRefused>().LastOrDefault()?.Reason ?? "";
            return new(this, what, status, null, why);
        }

        // The receiver settles messages in the order in which they came, so this message is the one behind those that wait.
        long number = before.Settled + before.Queued + before.InFlight + 1;
        MessageStatistics last = before;
        Outcome? outcome = null;
        string reason = "";
        long start = Stopwatch.GetTimestamp();
        while (outcome is null && (Host.Pump(1) != 0 || look().InFlight != 0))
        {
            MessageStatistics now = look();
            if (now.Settled >= number)
            {
                outcome = Difference(last, now);
                reason =
                    Events
                        .Skip(events)
                        .OfType<DeadLetter>()
                        .LastOrDefault(l => l.Target == target && l.Sender == sender.Id && l.Outcome == outcome)
                        ?.Reason
                    ?? "";
            }

            last = now;
            await WaitForHandlerAsync(start, now.InFlight);
        }

        await DeliverAsync();
        return new(this, what, status, outcome, reason);
    }

    internal TestFailedException Failure(string what) =>
        new($"{what}\n\nWhat happened before:\n{(Snapshot.Length == 0 ? "nothing\n" : Snapshot)}");

    /// <summary>Waits for an asynchronous handler, where one runs.</summary>
    private async Task WaitForHandlerAsync(long start, long inFlight)
    {
        if (inFlight == 0)
        {
            return;
        }

        if (Stopwatch.GetElapsedTime(start) > HandlerTimeout)
        {
            throw Failure(
                $"An asynchronous handler was to end, and did not within {HandlerTimeout.TotalSeconds} s. Where it waits for time, advance it first."
            );
        }

        await Task.Delay(1);
    }

    private static Outcome Difference(MessageStatistics before, MessageStatistics after) =>
        after.Rejected > before.Rejected ? Outcome.Rejected
        : after.Trapped > before.Trapped ? Outcome.Trapped
        : after.TimedOut > before.TimedOut ? Outcome.TimedOut
        : after.Undeliverable > before.Undeliverable ? Outcome.Undeliverable
        : after.Handled > before.Handled ? Outcome.Handled
        : Outcome.Evicted;

    private void DisposeListeners()
    {
        Record.Subscription?.Dispose();
        _metrics.Dispose();
    }

    private static string Containing(string reason) => reason.Length == 0 ? "" : $" with '{reason}' in its reason";
}
