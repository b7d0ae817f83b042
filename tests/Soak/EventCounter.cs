using FireAndForget.Guests.Decoding;

namespace FireAndForget.Tests.Soak;

/// <summary>Reads all events of a host, on a thread of its own, and counts them.</summary>
internal sealed class EventCounter : IDisposable
{
    private readonly EventSubscription _events;
    private readonly Task _reading;
    private readonly Dictionary<SendStatus, long> _refusals = [];
    private readonly Dictionary<SendStatus, long> _ownRefusals = [];
    private readonly Dictionary<Outcome, long> _deadLetters = [];
    private long _read;

    public EventCounter(MessagingHost host)
    {
        _events = host.Subscribe(int.MaxValue);
        _reading = Task.Run(ReadAsync);
    }

    public IReadOnlyDictionary<SendStatus, long> Refusals => _refusals;

    /// <summary>Refused sends of endpoints whose id starts with <see cref="Load.Prefix"/>.</summary>
    public IReadOnlyDictionary<SendStatus, long> OwnRefusals => _ownRefusals;

    public IReadOnlyDictionary<Outcome, long> DeadLetters => _deadLetters;

    public long Restarts { get; private set; }

    public long Stops { get; private set; }

    public long Dropped => _events.Dropped;

    /// <summary>Waits until no event has come for a while.</summary>
    public async Task CatchUpAsync()
    {
        long before;
        do
        {
            before = Interlocked.Read(ref _read);
            await Task.Delay(100);
        } while (before != Interlocked.Read(ref _read));
    }

    /// <summary>Waits until everything is counted; the host has stopped.</summary>
    public Task CompleteAsync() => _reading;

    public void Dispose() => _events.Dispose();

    private async Task ReadAsync()
    {
        await foreach (HostEvent happened in _events)
        {
            switch (happened)
            {
                case SendRefused refused:
                    Count(_refusals, refused.Status);
                    if (refused.Sender.StartsWith(Load.Prefix, StringComparison.Ordinal))
                    {
                        Count(_ownRefusals, refused.Status);
                    }

                    break;
                case DeadLetter letter:
                    Count(_deadLetters, letter.Outcome);
                    break;
                case ComponentRestarted:
                    Restarts++;
                    break;
                case ComponentStopped:
                    Stops++;
                    break;
                default:
                    throw new InvalidOperationException($"An event that the soak does not know: {happened}");
            }

            Interlocked.Increment(ref _read);
        }
    }

    private static void Count<T>(Dictionary<T, long> counts, T what)
        where T : struct, Enum => counts[what] = counts.GetValueOrDefault(what) + 1;
}
