// One way to misbehave: a guest of tests/Integration/Hostile and what makes it do so.

using FireAndForget.Mailboxes;

namespace FireAndForget.Containment;

/// <param name="File">The guest's name.</param>
/// <param name="Does">What it does.</param>
/// <param name="Messages">What it is sent, one after the other and again; none: it is loaded again and again.</param>
/// <param name="Budget">The time that each message has, and each load.</param>
internal sealed record HostileGuest(
    string File,
    string Does,
    IReadOnlyList<ReadOnlyMemory<byte>> Messages,
    TimeSpan Budget
)
{
    private static readonly TimeSpan UsualBudget = TimeSpan.FromMilliseconds(10);

    /// <summary>How many messages it is sent at once.</summary>
    public int Burst { get; init; } = 1;

    /// <summary>Whether it is the load that fails.</summary>
    public bool IsLoad => Messages.Count == 0;

    public ComponentOptions Options =>
        new()
        {
            SendsTo = ["tester", "sink", "nobody", "hostile"],
            Limits = new() { MessageTimeout = Budget, LoadTimeout = Budget },
            // As if it were never given up: by default that is so after five restarts in a minute.
            Restart = new() { Max = int.MaxValue },
            Mailbox = new() { Messages = 64 },
        };

    /// <summary>A guest that is told what to do by the lengths of messages.</summary>
    public static HostileGuest OfLengths(string file, string does, params IEnumerable<int> lengths) =>
        new(file, does, [.. lengths.Select(length => (ReadOnlyMemory<byte>)new byte[length])], UsualBudget);

    /// <summary>A guest that is told what to do by a message's bytes.</summary>
    public static HostileGuest OfMessage(string file, string does, ReadOnlySpan<byte> message) =>
        new(file, does, [message.ToArray()], UsualBudget);

    /// <summary>A guest that cannot be loaded.</summary>
    public static HostileGuest OfLoad(string file, string does) => new(file, does, [], UsualBudget);
}
