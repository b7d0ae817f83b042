using FireAndForget.Messages;
using Orleans;

namespace FireAndForget.Orleans.Table;

/// <summary>
/// Some of what a silo hosts, in the order of ids. A silo that comes asks for one part after the other, so that no message between silos
/// grows with the number of ids.
/// </summary>
[GenerateSerializer, Immutable, Alias("FireAndForget.TablePart")]
internal sealed record TablePart
{
    /// <summary>How many characters the texts of a part have, unless it is one entry alone; in UTF-8 they are at most three times as many bytes.</summary>
    public const int MostCharacters = 1 << 20;

    /// <summary>How many entries a part has at most.</summary>
    public const int MostEntries = 4096;

    [Id(0)]
    public TableEntry[] Entries { get; init; } = [];

    /// <summary>Whether no entry comes behind these.</summary>
    [Id(1)]
    public bool IsLast { get; init; }

    /// <summary>The part that comes behind an id.</summary>
    /// <param name="hosted">All entries, in any order.</param>
    /// <param name="after">The id; empty: it is the first part.</param>
    /// <param name="mostCharacters">As <see cref="MostCharacters"/>.</param>
    public static TablePart Of(IEnumerable<TableEntry> hosted, string after, int mostCharacters)
    {
        TableEntry[] next =
        [
            .. hosted
                .Where(entry => string.CompareOrdinal(entry.Id, after) > 0)
                .OrderBy(entry => entry.Id, StringComparer.Ordinal)
                .Take(MostEntries + 1),
        ];
        int count = 0;
        for (long left = mostCharacters; count < Math.Min(next.Length, MostEntries); count++)
        {
            left -= CharactersOf(next[count]);
            if (left < 0 && count != 0)
            {
                break;
            }
        }

        return new() { Entries = next[..count], IsLast = count == next.Length };
    }

    /// <summary>Why this is not the part that comes behind an id; null: it is. So a silo that is broken is not asked without end.</summary>
    public string? FindProblem(string after)
    {
        if (Entries is null || (Entries.Length == 0 && !IsLast))
        {
            return "a part has no entries and is not the last one";
        }

        foreach (TableEntry? entry in Entries)
        {
            if (entry?.Id is not { } id || string.CompareOrdinal(id, after) <= 0)
            {
                string told = entry?.Id is { } text ? MessageId.Quote(text) : "null";
                return $"{told} came behind {MessageId.Quote(after)}, and ids are told in their order";
            }

            after = id;
        }

        return null;
    }

    private static long CharactersOf(TableEntry entry) =>
        entry.Id.Length
        + entry.Wasm.Length
        + entry.Options.Length
        + Of(entry.SendsTo)
        + Of(entry.ReceivesFrom)
        + Of(entry.Codecs)
        + Of(entry.SubscribesTo)
        + Of(entry.PublishesTo);

    private static long Of(string[]? texts) => texts?.Sum(text => (long)text.Length) ?? 0;
}
