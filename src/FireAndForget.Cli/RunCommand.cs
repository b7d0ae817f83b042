using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace FireAndForget.Cli;

/// <summary>
/// <c>faf run</c>: loads a topology, sends every message line, waits until all is settled, and writes what happens, each as it
/// happens, and a summary at last.
/// </summary>
internal sealed class RunCommand(RunSettings settings)
{
    /// <summary>How long the host may take to stop when everything is settled already.</summary>
    private static readonly TimeSpan SettledStopTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How many events wait for the output before refusals are folded and workers wait.</summary>
    private const int MostEvents = 10_000;

    private readonly long _started = Stopwatch.GetTimestamp();

    /// <summary>Runs.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="CommandException">It ended otherwise than done.</exception>
    public async Task<int> RunAsync()
    {
        // Signals end the process until both are open: a pipe may be given, and to open one waits for its writer.
        Topology topology = LoadTopology();
        using LineReader messages = OpenMessages();
        using StopSignal stop = new();
        LineOutput output = new(StandardStreams.OpenOutput());
        using EventLines lines = new(output, settings.Text);
        await using GuestOutput guests = new(StandardStreams.OpenError());
        ILogger? log = settings.Verbose ? new VerboseLogger() : null;
        PageServer? page = settings.PagePort is { } pagePort ? new(pagePort, log, guests) : null;
        MessagingHost host = new(new() { Logger = page?.Log ?? log, GuestOutput = page?.Output ?? guests });
        await using PageServer? served = page is null ? null : await page.StartAsync(host);
        await using MetricsServer? metrics = settings.MetricsPort is { } port
            ? await MetricsServer.StartAsync(host, port)
            : null;
        using EventSubscription? events = IsQuiet
            ? null
            : host.Subscribe(
                new EventSubscriptionOptions { Capacity = MostEvents, OverflowPolicy = EventOverflowPolicy.Wait }
            );
        Task telling = events is null ? Task.CompletedTask : TellAsync(events, lines, output);

        IReadOnlyDictionary<string, MessagingEndpoint>? endpoints = await LoadAsync(host, topology, lines, stop);
        CommandException? error = null;
        ReplyLines replies = new(IsQuiet ? null : lines, output);
        if (endpoints is not null)
        {
            using MessageFeeder feeder = new(MessagesName, messages, endpoints, events, replies, settings.Wait);
            error = await FeedAsync(host, feeder, output, stop);
        }
        else
        {
            telling = Task.CompletedTask;
        }

        Task finished = FinishAsync(host, telling, replies, lines, output);
        if (await Task.WhenAny(finished, output.WhenStuckAsync(stop.Requested)) != finished)
        {
            throw new CommandException(
                ExitCode.Failed,
                $"standard output: nobody read it for {LineOutput.StuckTimeout.TotalSeconds:0} s after the run was stopped, so "
                    + "what was left for it is lost, the summary too. Read it, or have it written to a file."
            );
        }

        await finished;
        return error is null ? JudgeDeadLetters(host.Statistics.Messages) : throw error;
    }

    /// <summary>The exit code of a run without any other error.</summary>
    /// <exception cref="CommandException">There are dead letters, and the run was to fail of them.</exception>
    private int JudgeDeadLetters(MessageStatistics messages)
    {
        (Outcome Outcome, long Count)[] letters =
        [
            (Outcome.Rejected, messages.Rejected),
            (Outcome.Trapped, messages.Trapped),
            (Outcome.TimedOut, messages.TimedOut),
            (Outcome.Evicted, messages.Evicted),
            (Outcome.Undeliverable, messages.Undeliverable),
            (Outcome.Lost, messages.Lost),
        ];
        if (!settings.FailOnDeadLetter || letters.All(l => l.Count == 0))
        {
            return ExitCode.Done;
        }

        string counts = string.Join(
            ", ",
            letters.Where(l => l.Count != 0).Select(l => $"{l.Count} {EventWords.Of(l.Outcome)}")
        );
        throw new CommandException(
            ExitCode.DeadLetter,
            $"{settings.Topology}: not every message was handled: {counts}. Their dead letters say why."
        );
    }

    /// <summary>Writes what is left, and the summary.</summary>
    private static async Task FinishAsync(
        MessagingHost host,
        Task telling,
        ReplyLines replies,
        EventLines lines,
        LineOutput output
    )
    {
        await telling;
        await replies.CompleteAsync();
        await output.WhenRoom();
        lines.WriteSummary(host.Statistics);
        await output.CompleteAsync();
    }

    private string MessagesName => settings.Messages == "-" ? "standard input" : settings.Messages;

    /// <summary>Whether a person sees the live table.</summary>
    private bool ShowsTable => settings.Watch && !Console.IsErrorRedirected;

    /// <summary>Whether only the summary is written: as asked for, or because the table has the screen.</summary>
    private bool IsQuiet => settings.Quiet || ShowsTable && !Console.IsOutputRedirected;

    /// <summary>Whether a person sees what is written to standard error, and nothing else is written on the same screen.</summary>
    private bool IsWatched(bool writesEvents) =>
        !Console.IsErrorRedirected
        && !settings.Verbose
        && (!writesEvents || settings.Quiet || Console.IsOutputRedirected);

    private Topology LoadTopology()
    {
        try
        {
            return TopologyFile.Load(settings.Topology);
        }
        catch (TopologyException e)
        {
            throw new CommandException(ExitCode.WrongUsage, [.. e.Mistakes.Select(m => $"{e.File}, {m}")]);
        }
    }

    private LineReader OpenMessages()
    {
        try
        {
            return new(
                settings.Messages == "-"
                    ? StandardStreams.OpenInput()
                    : new FileStream(
                        settings.Messages,
                        FileMode.Open,
                        FileAccess.Read,
                        FileShare.ReadWrite,
                        bufferSize: 0
                    )
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                ExitCode.Failed,
                $"{settings.Messages}: the messages cannot be read: {e.Message} Check the path."
            );
        }
    }

    /// <summary>Loads everything.</summary>
    /// <returns>The endpoints; null where the run is to stop before that is done.</returns>
    private async Task<IReadOnlyDictionary<string, MessagingEndpoint>?> LoadAsync(
        MessagingHost host,
        Topology topology,
        EventLines lines,
        StopSignal stop
    )
    {
        Action<string, ReceivedMessage> handler = IsQuiet ? (_, _) => { } : lines.WriteDelivered;
        // Messages to an endpoint are only written to the output, so many of them may wait.
        MessagingEndpointOptions options = new()
        {
            Mailbox = new() { Messages = 1_000_000, Bytes = 256 << 20 },
            MaxMessageBytes = 64 << 20,
            OpenRequests = 1_000_000,
            LaterMessages = 1_000_000,
        };
        using ProgressLine progress = new(
            IsWatched(writesEvents: false),
            () => $"{LoadingText(host, topology)}, {Elapsed}"
        );
        try
        {
            var loading = Task.Run(() => host.AddTopology(topology, handler, options));
            if (await Task.WhenAny(loading, stop.Requested) != loading)
            {
                return null;
            }

            IReadOnlyDictionary<string, MessagingEndpoint> endpoints = await loading;
            Say($"{topology.Components.Count} components and {topology.Endpoints.Count} endpoints are loaded");
            return endpoints;
        }
        catch (ComponentLoadException e)
        {
            throw new CommandException(ExitCode.Failed, e.Message);
        }
    }

    /// <summary>Sends everything and waits until it is settled or the run is to stop; then stops the host.</summary>
    /// <returns>What was wrong with the messages, if anything was.</returns>
    private async Task<CommandException?> FeedAsync(
        MessagingHost host,
        MessageFeeder feeder,
        LineOutput output,
        StopSignal stop
    )
    {
        using ProgressLine progress = new(!ShowsTable && IsWatched(writesEvents: true), () => Progress(host));
        if (settings.Time is { } time)
        {
            stop.RequestAfter(time);
        }

        feeder.Start();
        Task settled = SettleAsync(host, feeder);
        Task<Task> over = Task.WhenAny(settled, stop.Requested, output.Completion);
        Task<bool> stopped = StopAfterAsync(over, settled, host, feeder, output);
        if (ShowsTable)
        {
            await LiveTable.ShowAsync(host, stopped);
        }

        Say(await stopped ? "everything is settled" : "the run was stopped");
        return feeder.Done.IsCompleted ? await feeder.Done : null;
    }

    /// <summary>Stops the host when the run is over.</summary>
    /// <returns>Whether everything was settled before.</returns>
    private static async Task<bool> StopAfterAsync(
        Task<Task> over,
        Task settled,
        MessagingHost host,
        MessageFeeder feeder,
        LineOutput output
    )
    {
        bool isSettled = await over == settled;
        feeder.Stop();
        if (!isSettled)
        {
            // Handlers that wait for the output must not keep the host from stopping. Each of them has one message.
            output.LiftBound();
        }

        await host.StopAsync(isSettled ? SettledStopTimeout : TimeSpan.Zero);
        return isSettled;
    }

    private static async Task SettleAsync(MessagingHost host, MessageFeeder feeder)
    {
        await feeder.Done;
        await host.DrainAsync(withScheduled: true);
    }

    private static async Task TellAsync(EventSubscription events, EventLines lines, LineOutput output)
    {
        await foreach (HostEvent happened in events.ConfigureAwait(false))
        {
            // This waits here and not in the write, which would block a thread of the pool.
            await output.WhenRoom().ConfigureAwait(false);
            lines.Write(happened);
        }
    }

    private static string LoadingText(MessagingHost host, Topology topology) =>
        host.LoadProgress is { Length: > 0 } compiling
            ? ErrorLine.OneLine(compiling)
            : $"loading {topology.Components.Count} components";

    private static string Progress(MessagingHost host)
    {
        HostStatistics statistics = host.Statistics;
        long waiting = statistics.Queued + statistics.InFlight;
        return string.Create(CultureInfo.InvariantCulture, $"{statistics.Sent:N0} sent, {waiting:N0} not settled yet");
    }

    private string Elapsed =>
        string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(_started).TotalSeconds:0.0} s");

    private void Say(string what)
    {
        if (settings.Verbose)
        {
            Console.Error.WriteLine($"faf: {ErrorLine.OneLine(what)}, {Elapsed}");
        }
    }
}
