using FireAndForget.Routing;

namespace FireAndForget.Orleans.Links;

/// <summary>A message that is tracked by itself, and not in a range.</summary>
internal interface IArrival
{
    bool IsSettled { get; }

    Outcome Outcome { get; }

    string Reason { get; }

    /// <summary>The answer, where the message is a request that was answered.</summary>
    byte[]? Answer { get; }
}

/// <summary>A message to a receiver that does not settle in order, or that keeps its number.</summary>
internal sealed class ArrivedMessage(Inbound inbound) : OutcomeListener, IArrival
{
    private volatile bool _isSettled;

    public bool IsSettled => _isSettled;

    public Outcome Outcome { get; private set; }

    public string Reason { get; private set; } = "";

    public byte[]? Answer => null;

    public override void Settled(Outcome outcome, string reason, long number)
    {
        (Outcome, Reason) = (outcome, reason);
        _isSettled = true;
        inbound.Schedule();
    }
}

/// <summary>A request, whose answer goes back with its outcome.</summary>
internal sealed class ArrivedRequest(Inbound inbound, int largestAnswer) : RequestListener, IArrival
{
    private volatile bool _isSettled;

    public bool IsSettled => _isSettled;

    public Outcome Outcome { get; private set; }

    public string Reason { get; private set; } = "";

    public byte[]? Answer { get; private set; }

    public override string? Take(ReadOnlySpan<byte> answer)
    {
        string? problem = CheckLength(answer.Length, largestAnswer);
        Answer = problem is null ? answer.ToArray() : null;
        return problem;
    }

    public override void Settled(Outcome outcome, string reason, long number)
    {
        (Outcome, Reason) = (outcome, reason);
        _isSettled = true;
        inbound.Schedule();
    }
}
