using FireAndForget.Dispatching;

namespace FireAndForget;

// Capabilities: who may send to whom, while the host runs.
public sealed partial class MessagingHost
{
    /// <summary>
    /// Gives a component or endpoint one more capability while the host runs. Every send that begins after this returned is
    /// decided with it.
    /// </summary>
    /// <param name="id">Whose capability: the id of a component or endpoint.</param>
    /// <param name="capability">Whether it concerns what that one sends or what it receives.</param>
    /// <param name="pattern">Who is meant: an id, or a prefix of ids followed by <c>*</c>.</param>
    /// <returns>False where exactly this pattern was granted before.</returns>
    /// <exception cref="ArgumentNullException">The id or the pattern is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The capability is none of the enumeration's.</exception>
    /// <exception cref="ArgumentException">
    /// The pattern is not valid, nothing is registered under the id, or an endpoint without a handler is to receive.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The host stops or has stopped.</exception>
    /// <remarks>A message needs both: the sender's to send to the target, and the target's to receive from the sender.</remarks>
    public bool Grant(string id, Capability capability, string pattern) =>
        ChangeCapability(id, capability, pattern, isGranted: true);

    /// <summary>
    /// Takes a capability away while the host runs, whether options, a topology or <see cref="Grant"/> gave it. Every send that
    /// begins after this returned is decided without it; what was accepted before is delivered.
    /// </summary>
    /// <param name="id">Whose capability: the id of a component or endpoint.</param>
    /// <param name="capability">Whether it concerns what that one sends or what it receives.</param>
    /// <param name="pattern">The pattern as it was granted. A wider one that covers it stays, and goes on allowing what it covers.</param>
    /// <returns>False where exactly this pattern was not granted.</returns>
    /// <exception cref="ArgumentNullException">The id or the pattern is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The capability is none of the enumeration's.</exception>
    /// <exception cref="ArgumentException">The pattern is not valid, or nothing is registered under the id.</exception>
    /// <exception cref="ObjectDisposedException">The host stops or has stopped.</exception>
    public bool Revoke(string id, Capability capability, string pattern) =>
        ChangeCapability(id, capability, pattern, isGranted: false);

    internal static IReadOnlyList<string> SubscriptionsOf(Receiver receiver) =>
        [.. receiver.Self.SubscribesTo.Select(pattern => pattern.ToString())];

    internal bool ChangeSubscription(Receiver receiver, string pattern, bool isAdded)
    {
        bool isChanged = _host.Registry.ChangeSubscription(receiver.Self, pattern, isAdded);
        if (isChanged)
        {
            _host.Audit?.CapabilityChanged(receiver.Self.Id, Capability.SubscribesTo, pattern, isAdded);
        }

        return isChanged;
    }

    private bool ChangeCapability(string id, Capability capability, string pattern, bool isGranted)
    {
        ThrowIfStopping();
        bool isChanged = _host.Registry.ChangeCapability(id, capability, pattern, isGranted);
        if (isChanged)
        {
            _host.Audit?.CapabilityChanged(id, capability, pattern, isGranted);
        }

        return isChanged;
    }
}
