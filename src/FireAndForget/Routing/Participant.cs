using System.Text;
using FireAndForget.Messages;

namespace FireAndForget.Routing;

/// <summary>
/// What is registered under an id, component or endpoint: what it may send, what it accepts, and where its messages go. The checks
/// of a message ask it. It knows the routes that were decided from it, and makes them stale when it changes.
/// </summary>
internal sealed class Participant
{
    /// <summary>The fewest routes among which stale ones are looked for.</summary>
    private const int FewRoutes = 16;

    /// <summary>Keeps <see cref="Number"/> while this lives.</summary>
    private readonly SenderNumber _number;
    private readonly Lock _tracking = new();
    private readonly List<Route> _routes = [];
    private volatile CapabilityPattern[] _sendsTo;
    private volatile CapabilityPattern[] _receivesFrom;
    private volatile CapabilityPattern[] _publishesTo;
    private volatile CapabilityPattern[] _subscribesTo;
    private volatile SendAllowance? _allowance;
    private volatile bool _sendsToAll;
    private volatile bool _hasLeft;
    private int _version;
    private int _pruneAt = FewRoutes;

    public Participant(
        string id,
        SenderNumber number,
        IEnumerable<string> sendsTo,
        ReceiverOptions options,
        SendAllowance? allowance,
        IEnumerable<string>? publishesTo = null
    )
    {
        Id = id;
        IdBytes = Encoding.ASCII.GetBytes(id);
        _number = number;
        Number = number.Value;
        _sendsTo = CapabilityPattern.ParseAll(sendsTo);
        _receivesFrom = CapabilityPattern.ParseAll(options.Senders);
        _publishesTo = CapabilityPattern.ParseAll(publishesTo ?? []);
        _subscribesTo = CapabilityPattern.ParseAll(options.SubscribesTo);
        Allowance = allowance;
        Accept(options);
    }

    public string Id { get; }

    public byte[] IdBytes { get; }

    /// <summary>The id's number in the <see cref="SenderDirectory"/>.</summary>
    public uint Number { get; }

    public CapabilityPattern[] SendsTo
    {
        get => _sendsTo;
        set
        {
            _sendsTo = value;
            LookWhetherItSendsToAll();
        }
    }

    public CapabilityPattern[] ReceivesFrom
    {
        get => _receivesFrom;
        set => _receivesFrom = value;
    }

    /// <summary>Under which topics it may publish.</summary>
    public CapabilityPattern[] PublishesTo
    {
        get => _publishesTo;
        set => _publishesTo = value;
    }

    /// <summary>The topics whose messages it gets; changed by the <see cref="TopicTable"/> alone, which finds it by them.</summary>
    public CapabilityPattern[] SubscribesTo
    {
        get => _subscribesTo;
        set => _subscribesTo = value;
    }

    /// <summary>The participant's number as the publisher of a topic.</summary>
    public SenderNumber NumberFor(TopicName topic) => _number.For(Id, topic);

    /// <summary>The patterns of the ids that it may send to, as users write them.</summary>
    public string[] SendsToTexts => [.. _sendsTo.Select(pattern => pattern.ToString())];

    /// <summary>The patterns of the ids that it receives from, as users write them.</summary>
    public string[] ReceivesFromTexts => [.. _receivesFrom.Select(pattern => pattern.ToString())];

    /// <summary>The patterns of the topics under which it may publish, as users write them.</summary>
    public string[] PublishesToTexts => [.. _publishesTo.Select(pattern => pattern.ToString())];

    /// <summary>Whether it is an endpoint without a handler.</summary>
    public bool OnlySends { get; init; }

    /// <summary>The codecs it declares; null: any bytes.</summary>
    public CodecSet? Codecs { get; private set; }

    public int MaxMessageBytes { get; private set; }

    /// <summary>The rate and quota of its own sends; null: none.</summary>
    public SendAllowance? Allowance
    {
        get => _allowance;
        set
        {
            _allowance = value;
            LookWhetherItSendsToAll();
        }
    }

    /// <summary>Whether it may send to everybody who receives from it, as often as it likes.</summary>
    public bool SendsToAll => _sendsToAll;

    /// <summary>
    /// Whether it is an endpoint that was removed and may not send any more. A removed component may still send while it finishes
    /// its last message.
    /// </summary>
    public bool HasLeft
    {
        get => _hasLeft;
        set => _hasLeft = value;
    }

    /// <summary>Where its messages go. Set once, before it is registered.</summary>
    public MessageTarget Target { get; set; } = null!;

    /// <summary>A version that grows with each change. It is read before anything that a route is decided from.</summary>
    public int Version => Volatile.Read(ref _version);

    /// <summary>Sets what it accepts, by these options.</summary>
    public void Accept(ReceiverOptions options)
    {
        Codecs = options.ParseCodecs() is { } codecs ? new CodecSet(codecs) : null;
        MaxMessageBytes = options.MaxMessageBytes;
    }

    /// <summary>
    /// Tracks a route that was decided from this participant. The route becomes stale at once where the participant has changed
    /// meanwhile.
    /// </summary>
    /// <param name="route">The route.</param>
    /// <param name="version">The version of this from which it was decided.</param>
    public void Track(Route route, int version)
    {
        bool isTracked;
        lock (_tracking)
        {
            isTracked = version == _version;
            if (isTracked)
            {
                Prune();
                _routes.Add(route);
            }
        }

        if (!isTracked)
        {
            route.Expire();
        }
    }

    /// <summary>
    /// Makes all routes from or to this participant stale, so that the next send along each of them is decided anew. It is called
    /// after the change.
    /// </summary>
    public void Invalidate()
    {
        Route[] stale;
        lock (_tracking)
        {
            _version++;
            stale = [.. _routes];
            _routes.Clear();
            _pruneAt = FewRoutes;
        }

        foreach (Route route in stale)
        {
            route.Expire();
        }
    }

    private void LookWhetherItSendsToAll() =>
        _sendsToAll = _allowance is null && CapabilityPattern.AnyMatchesAll(_sendsTo);

    /// <summary>Forgets routes that the other end made stale, each time that there are twice as many as were left before.</summary>
    private void Prune()
    {
        if (_routes.Count >= _pruneAt)
        {
            _routes.RemoveAll(route => route.IsStale);
            _pruneAt = Math.Max(FewRoutes, 2 * _routes.Count);
        }
    }
}
