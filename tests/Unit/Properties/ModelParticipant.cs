namespace FireAndForget.Tests.Properties;

/// <summary>A component or endpoint of the model: what it was registered with, and the lengths of what waits for it.</summary>
internal sealed class ModelParticipant(TrialParticipant given)
{
    public TrialParticipant Given { get; } = given;

    public AllowanceModel? Allowance { get; } = given.MakeAllowance();

    public List<string> SendsTo { get; } = given.IsComponent ? [.. given.SendsTo] : ["*"];

    public List<string> ReceivesFrom { get; } = [.. given.ReceivesFrom ?? ["*"]];

    public List<int> Waiting { get; } = [];

    /// <summary>Its guest is not restarted any more.</summary>
    public bool IsStopped { get; set; }

    /// <summary>It is an endpoint that was removed.</summary>
    public bool HasLeft { get; set; }

    /// <summary>The message that its guest is handling, which may count for its mailbox or not.</summary>
    public int? InFlight { get; set; }
}
