using FireAndForget.Messages;
using Orleans.Runtime;

namespace FireAndForget.Orleans.Table;

/// <summary>
/// Checks an entry that another silo tells before it is taken over: sends are decided by it, and none of them is to fail because of what
/// another silo wrote.
/// </summary>
internal static class TableEntryCheck
{
    /// <summary>What is wrong with an entry; null: nothing.</summary>
    /// <param name="entry">The entry, as it was read off the wire.</param>
    /// <param name="from">The silo that tells it.</param>
    public static string? FindProblem(TableEntry? entry, SiloAddress from)
    {
        if (entry?.Id is not { } id || !MessageId.IsValid(id))
        {
            return $"{(entry?.Id is { } text ? MessageId.Quote(text) : "null")} is not an id";
        }

        if (entry.Host != from)
        {
            return $"'{id}' is told to be on {entry.Host}, and only that silo may tell so";
        }

        if (entry.Version is < 0 or > long.MaxValue / 2)
        {
            return $"'{id}' has the version {entry.Version}";
        }

        if (entry.Wasm is null || entry.Options is null || entry.SendsTo is null || entry.ReceivesFrom is null)
        {
            return $"'{id}' lacks a part of its entry";
        }

        try
        {
            entry.Policy.Snapshot();
            return null;
        }
        catch (ArgumentException e)
        {
            return $"'{id}' has a policy that is none: {e.Message}";
        }
    }
}
