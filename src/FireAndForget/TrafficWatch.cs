using FireAndForget.Dispatching;

namespace FireAndForget;

/// <summary>
/// Looks at who sends how much to whom, from when it was made until it is disposed of; see <see cref="MessagingHost.WatchTraffic"/>.
/// </summary>
public sealed class TrafficWatch : IDisposable
{
    private readonly ReceiverAccounts _accounts;
    private int _isDisposed;

    internal TrafficWatch(ReceiverAccounts accounts)
    {
        _accounts = accounts;
        accounts.BeginCounting();
    }

    /// <summary>What flowed so far, of receivers that are still there. While several watches look they see the same: all since the first began.</summary>
    /// <returns>One for each sender and receiver between whom something flowed.</returns>
    public IReadOnlyList<TrafficFlow> Read() =>
        [
            .. _accounts
                .Receivers.Where(receiver => receiver.Senders is not null)
                .SelectMany(receiver =>
                    (receiver.Senders?.Read().AsEnumerable() ?? []).Select(sender => new TrafficFlow(
                        sender.Key,
                        receiver.Self.Id,
                        sender.Value
                    ))
                ),
        ];

    /// <summary>Ends the looking.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _accounts.EndCounting();
        }
    }
}
