using FireAndForget.Messages;
using FireAndForget.Topologies;

namespace FireAndForget.Tests.Fuzz.Areas;

/// <summary>The topology file, read from bytes as from a file.</summary>
internal sealed class TopologyArea : FuzzArea
{
    public override string Name => "topology";

    public override int Weight => 2;

    public override bool Run(byte[] input)
    {
        IReadOnlyList<TopologyMistake> mistakes = MistakesOf(input);
        CheckThatOneMoreIsToldOf(input, mistakes);
        return mistakes.Count == 0;
    }

    /// <summary>Reads an input: what is taken has valid ids, and what is not is told with its places.</summary>
    private static IReadOnlyList<TopologyMistake> MistakesOf(byte[] input)
    {
        try
        {
            Topology topology = TopologyReader.Read(input, "fuzz.json", "base");
            HashSet<string> ids = new(StringComparer.Ordinal);
            foreach (string id in topology.Components.Select(c => c.Id).Concat(topology.Endpoints))
            {
                Require(MessageId.IsValid(id), $"'{id}' is no id and was taken");
                Require(ids.Add(id), $"'{id}' was taken twice");
            }

            return [];
        }
        catch (TopologyException e)
        {
            string[] told = e.Message.Split('\n');
            Require(e.Mistakes.Count > 0 && told.Length == e.Mistakes.Count, $"not one line each: {e.Message}");
            foreach ((TopologyMistake mistake, string line) in e.Mistakes.Zip(told))
            {
                CheckPlace(input, mistake);
                Require(
                    line.StartsWith(
                        $"fuzz.json, line {mistake.Line}, column {mistake.Column}",
                        StringComparison.Ordinal
                    )
                        && line.EndsWith($": {mistake.Message}", StringComparison.Ordinal)
                        && mistake.Message.Length > 10,
                    $"no place and reason: {line}"
                );
            }

            Require(
                e.Mistakes.Zip(e.Mistakes.Skip(1))
                    .All(p => (p.First.Line, p.First.Column).CompareTo((p.Second.Line, p.Second.Column)) <= 0),
                $"not in the file's order: {e.Message}"
            );
            return e.Mistakes;
        }
    }

    private static void CheckPlace(byte[] input, TopologyMistake mistake)
    {
        int start = 0;
        for (int line = 1; line < mistake.Line; line++)
        {
            int end = Array.IndexOf(input, (byte)'\n', start);
            Require(end >= 0, $"line {mistake.Line} of {line}: {mistake}");
            start = end + 1;
        }

        int next = Array.IndexOf(input, (byte)'\n', start);
        int length = (next < 0 ? input.Length : next) - start;
        Require(
            mistake.Column >= 1 && mistake.Column <= length + 1,
            $"column {mistake.Column} of {length} bytes: {mistake}"
        );
    }

    /// <summary>One mistake more at the start hides none of the others: a property that nobody knows is put before all others.</summary>
    private static void CheckThatOneMoreIsToldOf(byte[] input, IReadOnlyList<TopologyMistake> mistakes)
    {
        int start = Array.FindIndex(input, b => b is not ((byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'));
        if (start < 0 || input[start] != '{' || mistakes.Count >= TopologyReader.MostMistakes)
        {
            return;
        }

        byte[] planted = [.. input[..(start + 1)], .. "\"?\":0,"u8, .. input[(start + 1)..]];
        // What the JSON reader says of what is no JSON depends on what stands before it.
        string[] expected =
        [
            .. mistakes.Select(m => m.Message).Where(m => !m.StartsWith(NoJson, StringComparison.Ordinal)),
            Unknown,
        ];
        string[] found =
        [
            .. MistakesOf(planted).Select(m => m.Message).Where(m => !m.StartsWith(NoJson, StringComparison.Ordinal)),
        ];
        Require(found.Order().SequenceEqual(expected.Order()), $"found: {string.Join(' ', found)}");
    }

    private const string NoJson = "this is no JSON";

    private static readonly string Unknown = MistakesOf("{\"?\":0}"u8.ToArray())[0].Message;
}
