using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Globalization;
using FireAndForget.Components;
using FireAndForget.Diagnostics;
using FireAndForget.Dispatching;
using FireAndForget.Events;

namespace FireAndForget;

/// <summary>
/// A host's instruments, as docs/observability.md lists them. All but one observe, when somebody collects, what the host counts
/// anyway, so that the way of a message pays nothing for them; delivery times are taken of sampled messages only.
/// </summary>
internal sealed class HostMeter : IDisposable
{
    private static readonly KeyValuePair<string, object?> System = new(
        TelemetryNames.System,
        TelemetryNames.SystemName
    );

    private static readonly KeyValuePair<string, object?> Send = new(TelemetryNames.Operation, TelemetryNames.Send);

    private static readonly KeyValuePair<string, object?> Process = new(
        TelemetryNames.Operation,
        TelemetryNames.Process
    );

    private static int _hosts;

    private readonly ReceiverAccounts _accounts;
    private readonly EventHub _events;
    private readonly WorkerDispatcher? _workers;
    private readonly Meter _meter;
    private readonly Action<Exception> _failed;

    /// <summary>Makes the instruments. Listeners are told of them at once, and what one of them throws ends here.</summary>
    /// <param name="host">The meter's scope, by which a listener tells one host's instruments from another's.</param>
    /// <param name="accounts">The host's receivers.</param>
    /// <param name="events">Counts refusals.</param>
    /// <param name="workers">Its workers; null in manual mode.</param>
    /// <param name="failed">Told of what a listener threw. An instrument at which that happened is not there.</param>
    public HostMeter(
        object host,
        ReceiverAccounts accounts,
        EventHub events,
        WorkerDispatcher? workers,
        Action<Exception> failed
    )
    {
        _failed = failed;
        _accounts = accounts;
        _events = events;
        _workers = workers;
        // The number tells the hosts of a process apart where their metrics are added up.
        string number = Interlocked.Increment(ref _hosts).ToString(CultureInfo.InvariantCulture);
        _meter = new(
            new MeterOptions(TelemetryNames.Source)
            {
                Version = TelemetryNames.Version,
                Tags = [new(TelemetryNames.Host, number)],
                Scope = host,
            }
        );
        Delivery = Create(() =>
            _meter.CreateHistogram(
                "fire_and_forget.delivery.duration",
                "s",
                "Time from a message's acceptance to its outcome, of sampled messages.",
                tags: null,
                new InstrumentAdvice<double> { HistogramBucketBoundaries = [.. MicrosecondToTenSeconds()] }
            )
        );
        Create(() =>
            _meter.CreateObservableCounter(
                "messaging.client.sent.messages",
                ObserveSent,
                "{message}",
                "Sends: the accepted ones by target, the refused ones by reason."
            )
        );
        Create(() =>
            _meter.CreateObservableCounter(
                "messaging.client.consumed.messages",
                ObserveConsumed,
                "{message}",
                "Messages that came to their receiver and have their outcome."
            )
        );
        Create(() =>
            _meter.CreateObservableCounter(
                "fire_and_forget.dropped.messages",
                () => OfOutcome(Outcome.Evicted, System).Concat(OfOutcome(Outcome.Undeliverable, System)),
                "{message}",
                "Accepted messages that were evicted or became undeliverable."
            )
        );
        Create(() =>
            _meter.CreateObservableUpDownCounter(
                "fire_and_forget.mailbox.messages",
                () => OfEach(receiver => receiver.Mailbox.Count, System),
                "{message}",
                "Messages in the mailbox, those included that are just being delivered."
            )
        );
        Create(() =>
            _meter.CreateObservableUpDownCounter(
                "fire_and_forget.mailbox.size",
                () => OfEach(receiver => receiver.Mailbox.ByteCount, System),
                "By",
                "Bytes that wait in the mailbox."
            )
        );
        Create(() =>
            _meter.CreateObservableUpDownCounter(
                "fire_and_forget.scheduled.messages",
                () => OfEachSender(receiver => receiver.Ledger.Scheduled),
                "{message}",
                "Later messages of the sender that wait for their time."
            )
        );
        Create(() =>
            _meter.CreateObservableUpDownCounter(
                "fire_and_forget.open.requests",
                () => OfEachSender(receiver => receiver.SentRequests?.Count ?? 0),
                "{request}",
                "Requests of the sender that have no reply yet."
            )
        );
        Create(() =>
            _meter.CreateObservableCounter(
                "fire_and_forget.late.replies",
                () => new Measurement<long>(_events.LateReplies, System),
                "{reply}",
                "Replies that came when their request had ended, and were dropped."
            )
        );
        Create(() =>
            _meter.CreateObservableCounter(
                "fire_and_forget.component.restarts",
                () => OfEach(receiver => (receiver as ComponentReceiver)?.Restarts, System),
                "{restart}",
                "Fresh instances that the component got."
            )
        );
        Create(() =>
            _meter.CreateObservableUpDownCounter(
                "fire_and_forget.component.memory",
                () => OfEach(receiver => (receiver as ComponentReceiver)?.MeasureMemory(), System),
                "By",
                "The linear memory in which the component's guest gets its messages."
            )
        );
        Create(() =>
            _meter.CreateObservableCounter(
                "fire_and_forget.worker.busy_time",
                ObserveBusyTime,
                "s",
                "Time in which a worker neither spun nor slept."
            )
        );
    }

    /// <summary>Takes delivery times in seconds; null where a listener threw when the instrument was made.</summary>
    public Histogram<double>? Delivery { get; }

    public void Dispose() => _meter.Dispose();

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a listener throws, the host goes on.")]
    private T? Create<T>(Func<T> create)
        where T : Instrument
    {
        try
        {
            return create();
        }
        catch (Exception e)
        {
            _failed(e);
            return null;
        }
    }

    private static IEnumerable<double> MicrosecondToTenSeconds()
    {
        for (double decade = 1e-6; decade < 5; decade *= 10)
        {
            yield return Math.Round(decade, 6);
            yield return Math.Round(decade * 2.5, 7);
            yield return Math.Round(decade * 5, 6);
        }

        yield return 10;
    }

    private IEnumerable<Measurement<long>> ObserveSent()
    {
        List<Measurement<long>> sent =
        [
            .. OfEach(receiver => receiver.Mailbox.Accepted + receiver.Ledger.AllReplies, System, Send),
        ];
        foreach (SendStatus status in Enum.GetValues<SendStatus>())
        {
            long refusals = _events.CountRefused(status);
            if (refusals != 0)
            {
                sent.Add(new(refusals, System, Send, new(TelemetryNames.ErrorType, TelemetryNames.Of(status))));
            }
        }

        return sent;
    }

    private IEnumerable<Measurement<long>> ObserveConsumed() =>
        [
            .. OfEach(
                receiver => receiver.Ledger[Outcome.Handled] + receiver.Ledger.Replies(Outcome.Handled),
                System,
                Process
            ),
            .. OfOutcome(Outcome.Rejected, System, Process),
            .. OfOutcome(Outcome.Trapped, System, Process),
            .. OfOutcome(Outcome.TimedOut, System, Process),
        ];

    private IEnumerable<Measurement<double>> ObserveBusyTime() =>
        _workers is null
            ? []
            : _workers.Workers.Select(
                (worker, number) =>
                    new Measurement<double>(
                        worker.BusyTime.TotalSeconds,
                        new KeyValuePair<string, object?>(TelemetryNames.Worker, number)
                    )
            );

    /// <summary>How many messages of each receiver ended with an outcome that is an error, where any did.</summary>
    private IEnumerable<Measurement<long>> OfOutcome(Outcome outcome, params KeyValuePair<string, object?>[] tags) =>
        OfEach(
            receiver =>
                receiver.Ledger[outcome] + receiver.Ledger.Replies(outcome) is > 0 and long count ? count : null,
            [.. tags, new(TelemetryNames.ErrorType, TelemetryNames.Of(outcome))]
        );

    /// <summary>A number of each receiver that has one.</summary>
    private IEnumerable<Measurement<long>> OfEach(
        Func<Receiver, long?> number,
        params KeyValuePair<string, object?>[] tags
    ) =>
        SumsOf(
                _accounts.Receivers,
                receiver => number(receiver) is { } value && (value != 0 || !receiver.Self.OnlySends) ? value : null
            )
            .Select(sum => new Measurement<long>(sum.Value, [.. tags, new(TelemetryNames.Destination, sum.Key)]));

    /// <summary>A number of each component and endpoint as a sender, also of those that only send or have stopped.</summary>
    private IEnumerable<Measurement<long>> OfEachSender(Func<Receiver, long> number) =>
        SumsOf(_accounts.ReceiversAsSenders, receiver => number(receiver))
            .Select(sum => new Measurement<long>(sum.Value, System, new(TelemetryNames.Client, sum.Key)));

    /// <summary>
    /// The numbers by id. A receiver that was removed and still settles its messages is added to the next one under its id, because no two
    /// measurements may have the same attributes.
    /// </summary>
    private static Dictionary<string, long> SumsOf(Receiver[] receivers, Func<Receiver, long?> number)
    {
        Dictionary<string, long> sums = [];
        foreach (Receiver receiver in receivers)
        {
            if (number(receiver) is { } value)
            {
                sums[receiver.Self.Id] = sums.GetValueOrDefault(receiver.Self.Id) + value;
            }
        }

        return sums;
    }
}
