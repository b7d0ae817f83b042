using System.Text;
using FireAndForget.Orleans.Links;
using FireAndForget.Tests.Fuzz.Mutation;

namespace FireAndForget.Tests.Fuzz.Generation;

/// <summary>
/// Frames as a silo writes them: names before they are used, numbers one behind the other, messages to a few targets of which not all are
/// there.
/// </summary>
internal sealed class FrameGenerator
{
    private static readonly string[] Targets = ["target", "small", "failing", "answerer", "nobody"];
    private static readonly string[] Senders = ["sender", "publisher", "someone/elses"];

    private readonly Randomness _random;
    private readonly List<byte> _names = [];
    private readonly List<byte> _runs = [];
    private readonly HashSet<int> _named = [];
    private readonly long[] _next;

    private FrameGenerator(Randomness random)
    {
        _random = random;
        _next = [.. Targets.Select(_ => 1L + random.Below(1000))];
    }

    /// <summary>An input of some frames.</summary>
    public static byte[] Make(Randomness random)
    {
        FrameGenerator generator = new(random);
        List<byte> frames = [];
        int count = 1 + random.Below(4);
        for (int i = 0; i < count; i++)
        {
            byte[] frame = generator.Next((ulong)i);
            frames.AddRange(BitConverter.GetBytes((ushort)frame.Length));
            frames.AddRange(frame);
        }

        return [.. frames];
    }

    private byte[] Next(ulong number)
    {
        _names.Clear();
        _runs.Clear();
        for (int runs = _random.Below(4); runs > 0; runs--)
        {
            AddRun();
        }

        List<byte> frame = [2, 0, 0, 0];
        frame.AddRange(BitConverter.GetBytes((uint)_names.Count));
        frame.AddRange(BitConverter.GetBytes(1u));
        frame.AddRange(BitConverter.GetBytes(0u));
        frame.AddRange(BitConverter.GetBytes(number));
        frame.AddRange(BitConverter.GetBytes(0ul));
        return [.. frame, .. _names, .. _runs];
    }

    private void AddRun()
    {
        int target = _random.Below(Targets.Length);
        Name(target, NameKind.Target, Targets[target]);
        List<byte> entries = [];
        int count = 1 + _random.Below(5);
        for (int i = 0; i < count; i++)
        {
            AddEntry(entries);
        }

        _runs.AddRange(BitConverter.GetBytes((uint)target));
        _runs.AddRange(BitConverter.GetBytes(count));
        _runs.AddRange(BitConverter.GetBytes(_next[target]));
        _runs.AddRange(BitConverter.GetBytes(entries.Count));
        _runs.AddRange(new byte[4]);
        _runs.AddRange(entries);
        _next[target] += count;
    }

    private void AddEntry(List<byte> entries)
    {
        int sender = _random.Below(Senders.Length);
        int number = 10 + sender;
        Name(number, NameKind.Sender, Senders[sender]);
        if (sender == 1)
        {
            Name(number + 100, NameKind.Topic, "news");
        }

        bool hasExtras = _random.OneIn(3);
        byte[] message = _random.Bytes(_random.Below(60));
        entries.AddRange(BitConverter.GetBytes((uint)number | (hasExtras ? Frame.ExtrasFlag : 0)));
        entries.AddRange(BitConverter.GetBytes(message.Length));
        if (hasExtras)
        {
            string trace = _random.OneIn(2) ? "" : "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
            entries.AddRange(BitConverter.GetBytes((ushort)trace.Length));
            entries.AddRange([(byte)_random.Below(4), 0, 0, 0, 0, 0]);
            AddPadded(entries, Encoding.ASCII.GetBytes(trace));
        }

        AddPadded(entries, message);
    }

    /// <summary>Names a number, once; that of a topic is the one of its publisher, from which it is told apart here by 100.</summary>
    private void Name(int number, NameKind kind, string name)
    {
        if (_named.Add(number))
        {
            _names.AddRange(BitConverter.GetBytes(kind == NameKind.Topic ? number - 100 : number));
            _names.AddRange([(byte)kind, (byte)name.Length]);
            _names.AddRange(Encoding.ASCII.GetBytes(name));
        }
    }

    private static void AddPadded(List<byte> bytes, byte[] added)
    {
        bytes.AddRange(added);
        bytes.AddRange(new byte[Frame.Padded(added.Length) - added.Length]);
    }
}
