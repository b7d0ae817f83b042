using FireAndForget.Guests;
using FireAndForget.Supervision;

namespace FireAndForget;

/// <summary>A WebAssembly component that is registered with a host.</summary>
public sealed class Component
{
    private readonly MessagingHost _host;
    private readonly GuestReceiver _receiver;

    internal Component(MessagingHost host, GuestReceiver receiver)
    {
        _host = host;
        _receiver = receiver;
    }

    /// <summary>The id under which it is registered.</summary>
    public string Id => _receiver.Self.Id;

    /// <summary>Whether it takes no messages any more: it was removed, its restarts are used up, or the host has stopped.</summary>
    public bool IsStopped => _receiver.IsStopped;

    /// <summary>What became of the messages to it.</summary>
    public MessageStatistics Statistics => Bookkeeping.Of(_receiver);

    /// <summary>How many of the messages to it have their outcome, whichever it is. Cheap enough to be asked in a loop.</summary>
    public long Settled => _receiver.Ledger.Settled;

    /// <summary>How many of its own sends were refused.</summary>
    public long SendsRefused => _receiver.Sender.Refused;

    /// <summary>How many of its own sends were refused for one reason, exactly, whatever the log left out.</summary>
    /// <param name="reason">The reason.</param>
    /// <returns>The number since it was registered; 0 for <see cref="SendStatus.Accepted"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The reason is none of the enumeration's.</exception>
    public long CountRefused(SendStatus reason) =>
        _receiver.Sender.RefusedBecause(Check.Defined(reason, nameof(reason)));

    /// <summary>Replaces its guest by another version while messages fly; see <see cref="MessagingHost.Replace"/>.</summary>
    /// <param name="source">Where the new version's WebAssembly comes from.</param>
    /// <param name="options">What the new version may do, accepts and may use; null: what the one before does.</param>
    /// <exception cref="ArgumentNullException">The source is null.</exception>
    /// <exception cref="ArgumentException">The options ask for another mailbox.</exception>
    /// <exception cref="ComponentLoadException">The source cannot be read or hosted, or failed while it was instantiated.</exception>
    /// <exception cref="InvalidOperationException">The component has stopped or was removed.</exception>
    /// <exception cref="ObjectDisposedException">The host was disposed of.</exception>
    public void Replace(ComponentSource source, ComponentOptions? options = null) =>
        _host.ReplaceGuest(_receiver, source, options);

    /// <summary>Removes it from its host; see <see cref="MessagingHost.Remove"/>.</summary>
    /// <returns>False where it was removed before.</returns>
    public bool Remove() => _host.Unregister(_receiver);
}
