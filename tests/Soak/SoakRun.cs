using System.Diagnostics;
using FireAndForget.Guests.Decoding;
using FireAndForget.Mailboxes;

namespace FireAndForget.Tests.Soak;

/// <summary>One soak from the first component to the last look at what is left.</summary>
internal sealed class SoakRun : IAsyncDisposable
{
    private const int Senders = 2;
    private const int StablePerSender = 8;
    private const int ComponentsPerHostile = 100;

    /// <summary>After this something hangs: settling what is queued takes far less.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>How long the host may deliver when it is stopped under load.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private readonly SoakSettings _settings;
    private readonly TextWriter _output;
    private readonly List<string> _problems = [];
    private readonly List<Slot> _slots = [];
    private readonly List<Load> _loads = [];
    private readonly ReaderWriterLockSlim _gate = new();
    private readonly MessagingHost _host = new(new() { Workers = Math.Max(2, Environment.ProcessorCount) });
    private readonly EventCounter _events;
    private readonly Upheaval _upheaval;
    private readonly Publisher _publisher;
    private readonly MessagingEndpoint[] _sinks;
    private long _sinkCalls;

    private SoakRun(SoakSettings settings, TextWriter output)
    {
        _settings = settings;
        _output = output;
        _events = new(_host);
        int hostile = settings.Components / ComponentsPerHostile;
        Add(SlotKind.Stable, "stable", Senders * StablePerSender);
        Add(SlotKind.Hostile, "hostile", hostile);
        Add(SlotKind.Innocent, "innocent", settings.Components - _slots.Count);
        _upheaval = new(_host, _slots, _gate, settings.Seed);
        _publisher = new(_host, _gate, settings.Seed);
        _sinks =
        [
            _host.AddEndpoint(
                Load.Sinks[0],
                OnSink,
                new()
                {
                    Mailbox = new() { Messages = 16, OverflowPolicy = OverflowPolicy.DropOldest },
                }
            ),
            _host.AddEndpoint(Load.Sinks[1], _ => OnSinkThatThrows()),
        ];
        for (int i = 0; i < Senders; i++)
        {
            Slot[] targets =
            [
                .. _slots.Where(s => s.Kind == SlotKind.Stable).Where((_, at) => at % Senders == i),
                .. _slots.Where(s => s.Kind != SlotKind.Stable),
            ];
            _loads.Add(new(_host, $"{i}", targets, _gate, settings.Seed + 1 + i));
        }
    }

    /// <returns>The exit code: 0 where nothing is off.</returns>
    public static async Task<int> RunAsync(SoakSettings settings, TextWriter output)
    {
        output.WriteLine($"Soak: seed {settings.Seed}, {settings.Components} components, {settings.Seconds} s");
        await WarmUpAsync();
        Footprint before = Footprint.Now();
        List<string> problems = await SoakAsync(settings, output);
        problems.AddRange(await WhatIsLeftAsync(before));
        foreach (string problem in problems)
        {
            output.WriteLine($"Off: {problem}");
        }

        output.WriteLine(
            problems.Count == 0
                ? $"Soak: seed {settings.Seed}, everything balances, and nothing is left."
                : $"Soak: seed {settings.Seed}, {problems.Count} things are off, see above."
        );
        return problems.Count == 0 ? 0 : 1;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _events.Dispose();
        _gate.Dispose();
    }

    /// <summary>In a method of its own, so that nothing of the run is held when it is over.</summary>
    private static async Task<List<string>> SoakAsync(SoakSettings settings, TextWriter output)
    {
        await using SoakRun run = new(settings, output);
        await run.RunAsync();
        return run._problems;
    }

    /// <summary>The engine starts threads of its own with its first compilation, and keeps them.</summary>
    private static async Task WarmUpAsync()
    {
        await using MessagingHost host = new(new() { Workers = 1 });
        using EventSubscription events = host.Subscribe();
        host.AddComponent("first", GuestFiles.Echo);
        host.AddEndpoint("sender").Send("first", "hello"u8);
        await host.DrainAsync();
    }

    private static async Task<List<string>> WhatIsLeftAsync(Footprint before)
    {
        // Threads that have ended stay in the system's list for a moment.
        Stopwatch waited = Stopwatch.StartNew();
        List<string> left;
        do
        {
            await Task.Delay(100);
            left = [.. Footprint.Now().LeftSince(before)];
        } while (left.Count > 0 && waited.Elapsed < TimeSpan.FromSeconds(10));

        return left;
    }

    private async Task RunAsync()
    {
        Stopwatch loading = Stopwatch.StartNew();
        _upheaval.FillAll();
        _output.WriteLine($"Loaded {_upheaval.Loads} components in {loading.Elapsed.TotalSeconds:0.0} s");
        _loads.ForEach(load => load.Fill());
        _loads.ForEach(load => load.Start());
        _upheaval.Start();
        _publisher.Start();
        Stopwatch clock = Stopwatch.StartNew();
        Footprint? first = null;
        Footprint? last = null;
        while (clock.Elapsed.TotalSeconds < _settings.Seconds && _problems.Count == 0)
        {
            TimeSpan left = TimeSpan.FromSeconds(_settings.Seconds) - clock.Elapsed;
            await Task.Delay(left < _settings.Interval ? left : _settings.Interval);
            last = await MeasureAsync(clock.Elapsed);
            if (clock.Elapsed >= _settings.WarmUp)
            {
                first ??= last;
            }
        }

        if (first is not null && last is not null)
        {
            _problems.AddRange(last.GrowthSince(first));
        }

        _upheaval.Stop();
        double seconds = clock.Elapsed.TotalSeconds;
        HostStatistics underLoad = _host.Statistics;
        // What it gave for later is refused when the host stops.
        _publisher.Stop();
        // The senders go on meanwhile and are told that it is closed.
        await Within(_host.StopAsync(StopTimeout), StopTimeout + Patience, "the host does not stop");
        _loads.ForEach(load => load.Stop());
        await Within(_events.CompleteAsync(), Patience, "the events do not end");
        SoakStatistics statistics = Statistics();
        _problems.AddRange(Balance.InAnySnapshot("the host under load", underLoad.Messages));
        _problems.AddRange(Balance.Problems(statistics));
        _problems.AddRange(
            _loads.Select(load => load.Problem).Append(_upheaval.Problem).Append(_publisher.Problem).OfType<string>()
        );
        if (_loads.Any(load => load.Echoes == 0))
        {
            _problems.Add("a sender got no answer from its stable components");
        }

        foreach (string line in SoakReport.Lines(statistics, underLoad, seconds))
        {
            _output.WriteLine(line);
        }

        _output.WriteLine(
            $"Meanwhile: {_upheaval.Loads} loads, {_upheaval.FailedLoads} failed loads, {_upheaval.Removals} removals, "
                + $"{_upheaval.Replacements} replacements, "
                + $"{_events.Restarts} restarts, {_events.Stops} stops, {_upheaval.Snapshots} snapshots, "
                + $"{_loads.Sum(load => load.Echoes)} answers in order and whole, {_publisher.Report}"
        );
    }

    /// <summary>Lets everything come to rest and measures what the process holds.</summary>
    private async Task<Footprint> MeasureAsync(TimeSpan at)
    {
        // Taken and released on one thread, which an await would not do.
        await Task.Run(() =>
        {
            _gate.EnterWriteLock();
            try
            {
                _upheaval.RemoveHostile();
                Within(_host.DrainAsync(withScheduled: true), Patience, "what was accepted is not settled at rest")
                    .GetAwaiter()
                    .GetResult();
                _events.CatchUpAsync().GetAwaiter().GetResult();
                HostStatistics statistics = _host.Statistics;
                if (statistics.Messages.Waiting != 0 || statistics.InMailboxes != 0)
                {
                    _problems.Add($"the host, at rest: something waits: {statistics}");
                }
            }
            finally
            {
                _gate.ExitWriteLock();
            }
        });
        Footprint footprint = Footprint.Now();
        HostStatistics sums = _host.Statistics;
        _output.WriteLine(
            $"{at.TotalSeconds, 6:0} s: {sums.Accepted:N0} accepted, {sums.Refused:N0} refused; {footprint}"
        );
        return footprint;
    }

    private async Task Within(Task task, TimeSpan time, string otherwise)
    {
        try
        {
            await task.WaitAsync(time);
        }
        catch (TimeoutException)
        {
            _problems.Add($"{otherwise}, after {time.TotalSeconds} s: {_host.Statistics}");
        }
    }

    private SoakStatistics Statistics()
    {
        IEnumerable<MessagingEndpoint> endpoints = _loads
            .Select(load => load.MessagingEndpoint)
            .Concat(_sinks)
            .Concat(_publisher.MessagingEndpoints);
        (Slot Slot, (MessageStatistics Statistics, long SendsRefused) Sum)[] slots =
        [
            .. _slots.Select(s => (s, s.Sum())),
        ];
        SendStatus[] statuses = Enum.GetValues<SendStatus>();
        return new()
        {
            Host = _host.Statistics,
            Receivers =
            [
                .. slots.Select(s => (s.Slot.Id, s.Slot.File, s.Sum.Statistics)),
                .. endpoints.Select(e => (e.Id, "endpoint", e.Statistics)),
            ],
            SendsRefused = slots.Sum(s => s.Sum.SendsRefused) + endpoints.Sum(e => e.SendsRefused),
            Refusals = _events.Refusals,
            OwnRefusals = _events.OwnRefusals,
            DeadLetters = _events.DeadLetters,
            Untold = _events.Dropped,
            OwnSends = statuses.ToDictionary(status => status, status => _loads.Sum(load => load.Answers(status))),
            OwnRequests = _loads.Sum(load => load.Requests),
            OwnReplies = _loads.Sum(load => load.Replies),
            HandlerCalls =
                _loads.Sum(load => load.HandlerCalls) + Interlocked.Read(ref _sinkCalls) + _publisher.HandlerCalls,
            Endpoints = endpoints.Aggregate(new MessageStatistics(), (sum, e) => sum.Plus(e.Statistics)),
        };
    }

    private void Add(SlotKind kind, string name, int count) =>
        _slots.AddRange(Enumerable.Range(0, count).Select(i => new Slot($"{name}/{i}", kind)));

    private void OnSink(ReceivedMessage message) => Interlocked.Increment(ref _sinkCalls);

    private void OnSinkThatThrows()
    {
        if (Interlocked.Increment(ref _sinkCalls) % 8 == 0)
        {
            throw new InvalidOperationException("a handler that throws");
        }
    }
}
