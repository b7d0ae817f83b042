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
        try
        {
            Topology topology = TopologyReader.Read(input, "fuzz.json", "base");
            HashSet<string> ids = new(StringComparer.Ordinal);
            foreach (string id in topology.Components.Select(c => c.Id).Concat(topology.Endpoints))
            {
                Require(MessageId.IsValid(id), $"'{id}' is no id and was taken");
                Require(ids.Add(id), $"'{id}' was taken twice");
            }

            return true;
        }
        catch (TopologyException e)
        {
            int lines = 1 + input.Count(b => b == (byte)'\n');
            Require(e.Line >= 1 && e.Line <= lines, $"line {e.Line} of {lines}: {e.Message}");
            Require(
                e.Message.StartsWith($"fuzz.json, line {e.Line}: ", StringComparison.Ordinal)
                    && e.Message.Length > "fuzz.json, line : ".Length + 10
                    && !e.Message.Contains('\n', StringComparison.Ordinal),
                $"the error is not one line with its place and reason: {e.Message}"
            );
            return false;
        }
    }
}
