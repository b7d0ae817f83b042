using FireAndForget.Dispatching;

namespace FireAndForget;

/// <summary>
/// Counts who sends how much to whom, from when it was made until it is disposed of; see <see cref="MessagingHost.WatchTraffic"/>.
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

    /// <summary>
    /// What flowed so far to the receivers that are still registered. While several watches are open, each sees all that flowed since the
    /// first of them was made.
    /// </summary>
    /// <returns>One for each sender and receiver between whom something flowed.</returns>
    public IReadOnlyList<TrafficFlow> Read() =>
        [
            .. _accounts
                .Receivers.Where(receiver => receiver.Senders is not null)
                .SelectMany(receiver =>
                    (receiver.Senders?.Read().AsEnumerable() ?? []).Select(sender => new TrafficFlow
                    {
                        Sender = sender.Key,
                        Target = receiver.Self.Id,
                        Messages = sender.Value,
                    })
                ),
        ];

    /// <summary>Ends the counting.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _accounts.EndCounting();
        }
    }
}
