namespace FireAndForget.Routing;

/// <summary>
/// What was decided for a sender and a target: that they may not talk and why, or where the message goes and what the target
/// accepts. It does not change; it becomes stale when anything that it was decided from does.
/// </summary>
internal sealed class Route
{
    private IRouteKeeper? _owner;
    private volatile bool _isStale;

    /// <summary>
    /// Creates a route. A route without a target is stale from the beginning, because nothing would tell when the target is
    /// registered.
    /// </summary>
    /// <param name="targetId">The target as the sender named it.</param>
    /// <param name="refusal">Why the two may not talk, or <see cref="SendStatus.Accepted"/>.</param>
    /// <param name="target">Who is registered under the id; null: nobody.</param>
    /// <param name="owner">Keeps it until it is stale; null: nobody does.</param>
    public Route(string targetId, SendStatus refusal, Participant? target, IRouteKeeper? owner)
    {
        TargetId = targetId;
        Refusal = refusal;
        TargetBytes = target?.IdBytes ?? [];
        _owner = owner;
        _isStale = target is null;
        if (refusal == SendStatus.Accepted)
        {
            Target = target!.Target;
            MaxMessageBytes = target.MaxMessageBytes;
            Codecs = target.Codecs;
        }
    }

    /// <summary>Whether it has to be decided anew before the next message.</summary>
    public bool IsStale => _isStale;

    public string TargetId { get; }

    /// <summary>The target's id in UTF-8, as a guest names it; empty where there is no such target.</summary>
    public byte[] TargetBytes { get; }

    /// <summary>Why these two may not talk, or <see cref="SendStatus.Accepted"/>.</summary>
    public SendStatus Refusal { get; }

    /// <summary>
    /// Whether a send needs more than the checks and the target, because the sender has an allowance or somebody listens to metrics
    /// or traces.
    /// </summary>
    public bool NeedsSlowPath { get; init; }

    /// <summary>The target, of a route that senders share; null for others.</summary>
    public Participant? Shared { get; init; }

    /// <summary>Whether senders share it, and the target receives from everybody.</summary>
    public bool IsForAll { get; init; }

    /// <summary>Where the messages go; null where they are refused.</summary>
    public MessageTarget? Target { get; }

    public int MaxMessageBytes { get; }

    public CodecSet? Codecs { get; }

    /// <summary>Makes the route stale. From then on it keeps nothing of its sender alive.</summary>
    public void Expire()
    {
        _isStale = true;
        Interlocked.Exchange(ref _owner, null)?.Forget(this);
    }
}
