using System.Runtime.InteropServices;

namespace FireAndForget.Guests.Decoding;

/// <summary>
/// Measures what functions cost the compiler, in one pass over their instructions. Most of what a function costs grows with its
/// length. What does not are the values that flow into places where control flow joins: the compiler hands each local variable that
/// is used behind such a place along each edge that leads there, so that a few bytes make as many values as there are locals and edges.
/// </summary>
/// <remarks>
/// The meter counts these values without building anything: each join has a number, and a use of a local counts the edges into all
/// joins since its last use. Code that it does not understand is for the engine to refuse, which validates what it compiles; the
/// meter stops there.
/// </remarks>
/// <param name="arities">The parameters and results of each type of the module.</param>
internal sealed class FunctionMeter(IReadOnlyList<(int Parameters, int Results)> arities)
{
    private readonly List<Label> _labels = [];
    private readonly List<Loop> _loops = [];
    private long[] _lastUse = [];
    private long _edges;

    /// <summary>The deepest nesting of blocks in the last function.</summary>
    public int Depth { get; private set; }

    /// <summary>The targets of the last function's <c>br_table</c> together.</summary>
    public long Targets { get; private set; }

    /// <summary>The values that are handed along edges of the last function.</summary>
    public long Flow { get; private set; }

    /// <summary>Measures a function's body behind its locals.</summary>
    /// <param name="code">The instructions.</param>
    /// <param name="locals">How many locals it has, its parameters among them.</param>
    /// <param name="mostFlow">Where it is more, the meter need not go on.</param>
    public void Measure(scoped WasmReader code, int locals, long mostFlow)
    {
        (Depth, Targets, Flow) = (0, 0, 0);
        if (_lastUse.Length < locals)
        {
            _lastUse = new long[Math.Max(locals, 2 * _lastUse.Length)];
        }

        // Edges are counted through all functions, so that no local has to be forgotten between two.
        long first = ++_edges;
        _loops.Clear();
        _labels.Clear();
        _labels.Add(new() { Loop = -1 });
        try
        {
            while (_labels.Count != 0 && Flow <= mostFlow && TryStep(ref code, locals, first)) { }
        }
        catch (ComponentLoadException)
        {
            // The code ends in the middle of an instruction or has a malformed number: the engine refuses it.
        }
    }

    private bool TryStep(ref WasmReader code, int locals, long first)
    {
        byte instruction = code.ReadByte();
        switch (instruction)
        {
            case 0x02 or 0x06:
                Open(ref code, isLoop: false);
                return true;
            case 0x03:
                Open(ref code, isLoop: true);
                return true;
            case 0x04:
                Open(ref code, isLoop: false);
                // A block that is not taken is branched around.
                Branch(0);
                return true;
            case 0x05 or 0x07 or 0x19:
                if (instruction == 0x07)
                {
                    code.ReadU32();
                }

                // What ran before joins what runs behind the end.
                Branch(0);
                return true;
            case 0x0B:
                Close();
                return true;
            case 0x18:
                code.ReadU32();
                Close();
                return true;
            case 0x1F:
                Open(ref code, isLoop: false);
                ReadCatches(ref code);
                return true;
            case 0x0C or 0x0D or 0xD5 or 0xD6:
                Branch(code.ReadU32());
                return true;
            case 0x0E:
                int count = code.ReadCount("targets", 0);
                Targets += count;
                for (int i = 0; i <= count; i++)
                {
                    Branch(code.ReadU32());
                }

                return true;
            case 0x20 or 0x21 or 0x22:
                uint local = code.ReadU32();
                if (local < locals)
                {
                    Use(local, first);
                }

                return true;
            case 0xFB:
                return TrySkipReferences(ref code);
            default:
                return TrySkip(ref code, instruction);
        }
    }

    private void Open(ref WasmReader code, bool isLoop)
    {
        (int parameters, int results) = ReadBlockType(ref code);
        if (isLoop)
        {
            _edges++;
            Flow += Cost(parameters);
            _loops.Add(new() { EdgesBefore = _edges - 1 });
        }

        _labels.Add(
            new()
            {
                Loop = isLoop ? _loops.Count - 1 : -1,
                Arity = isLoop ? parameters : results,
                Results = results,
            }
        );
        Depth = Math.Max(Depth, _labels.Count - 1);
    }

    private void Close()
    {
        Label label = _labels[^1];
        _labels.RemoveAt(_labels.Count - 1);
        if (label.Loop >= 0)
        {
            // The compiler hands each local that is used in the loop to the loop's start along each edge that leads back there.
            Flow += _loops[^1].Locals * label.Edges;
            _loops.RemoveAt(_loops.Count - 1);
        }
        else if (label.Edges != 0)
        {
            _edges += label.Edges + 1;
        }

        Flow += Cost(label.Results);
    }

    private void Branch(uint depth)
    {
        if (depth < _labels.Count)
        {
            ref Label label = ref CollectionsMarshal.AsSpan(_labels)[_labels.Count - 1 - (int)depth];
            label.Edges++;
            Flow += Cost(label.Arity);
        }
    }

    private void Use(uint local, long first)
    {
        long before = Math.Max(_lastUse[local], first);
        _lastUse[local] = _edges;
        Flow += _edges - before;
        Span<Loop> loops = CollectionsMarshal.AsSpan(_loops);
        // For loops that began since the last use, the innermost first, the edge into the loop is among those that were just
        // counted.
        for (int i = loops.Length - 1; i >= 0 && loops[i].EdgesBefore >= before; i--)
        {
            loops[i].Locals++;
        }
    }

    /// <summary>
    /// What handing this many values along one edge costs. It is quadratic, because the compiler compares the values of one edge
    /// with each other.
    /// </summary>
    private static long Cost(int arity) => (long)arity * arity;

    private (int Parameters, int Results) ReadBlockType(ref WasmReader code)
    {
        switch (code.Peek())
        {
            case 0x40:
                code.ReadByte();
                return default;
            case >= 0x41 and < 0x80:
                SkipValueType(ref code);
                return (0, 1);
            default:
                uint index = code.ReadIndex33();
                return index < arities.Count ? arities[(int)index] : default;
        }
    }

    private void ReadCatches(ref WasmReader code)
    {
        int count = code.ReadCount("catches", 0);
        for (int i = 0; i < count; i++)
        {
            if (code.ReadByte() < 2)
            {
                code.ReadU32();
            }

            // Labels count from outside of the block that was just opened.
            Branch(code.ReadU32() + 1);
        }
    }

    private static bool TrySkip(ref WasmReader code, byte instruction)
    {
        switch (instruction)
        {
            case 0x00 or 0x01 or 0x0A or 0x0F or 0x1A or 0x1B or (>= 0x45 and <= 0xC4) or 0xD1 or 0xD3 or 0xD4:
                return true;
            case 0x08 or 0x09 or 0x10 or 0x12 or 0x14 or 0x15 or (>= 0x23 and <= 0x26) or 0x3F or 0x40 or 0xD2:
                code.ReadU32();
                return true;
            case 0x11 or 0x13:
                Skip(ref code, 2);
                return true;
            case 0x1C:
                for (int left = code.ReadCount("types", 0); left != 0; left--)
                {
                    SkipValueType(ref code);
                }

                return true;
            case >= 0x28 and <= 0x3E:
                SkipAddress(ref code);
                return true;
            case 0x41:
                code.SkipSigned(32);
                return true;
            case 0x42:
                code.SkipSigned(64);
                return true;
            case 0x43:
                code.Skip(4);
                return true;
            case 0x44:
                code.Skip(8);
                return true;
            case 0xD0:
                code.SkipSigned(33);
                return true;
            case 0xFC:
                return TrySkipMore(ref code);
            case 0xFD:
                SkipVector(ref code);
                return true;
            default:
                return false;
        }
    }

    private static bool TrySkipMore(ref WasmReader code)
    {
        switch (code.ReadU32())
        {
            case <= 7 or (>= 19 and <= 22):
                return true;
            case 8 or 10 or 12 or 14:
                Skip(ref code, 2);
                return true;
            case 9 or 11 or 13 or (>= 15 and <= 17):
                code.ReadU32();
                return true;
            default:
                return false;
        }
    }

    private static void SkipVector(ref WasmReader code)
    {
        uint instruction = code.ReadU32();
        switch (instruction)
        {
            case <= 11 or 92 or 93:
                SkipAddress(ref code);
                break;
            case 12 or 13:
                code.Skip(16);
                break;
            case >= 21 and <= 34:
                code.Skip(1);
                break;
            case >= 84 and <= 91:
                SkipAddress(ref code);
                code.Skip(1);
                break;
        }
    }

    /// <summary>Instructions of garbage collection.</summary>
    private bool TrySkipReferences(ref WasmReader code)
    {
        switch (code.ReadU32())
        {
            case 0 or 1 or 6 or 7 or (>= 11 and <= 14) or 16:
                code.ReadU32();
                return true;
            case (>= 2 and <= 5) or (>= 8 and <= 10) or (>= 17 and <= 19):
                Skip(ref code, 2);
                return true;
            case 15 or (>= 26 and <= 30):
                return true;
            case >= 20 and <= 23:
                code.SkipSigned(33);
                return true;
            case 24 or 25:
                code.Skip(1);
                Branch(code.ReadU32());
                code.SkipSigned(33);
                code.SkipSigned(33);
                return true;
            default:
                return false;
        }
    }

    private static void SkipAddress(ref WasmReader code)
    {
        const uint HasMemory = 1 << 6;
        if ((code.ReadU32() & HasMemory) != 0)
        {
            code.ReadU32();
        }

        code.ReadU64();
    }

    private static void Skip(ref WasmReader code, int numbers)
    {
        for (int i = 0; i < numbers; i++)
        {
            code.ReadU32();
        }
    }

    internal static void SkipValueType(ref WasmReader code)
    {
        if (code.ReadByte() is 0x63 or 0x64)
        {
            code.SkipSigned(33);
        }
    }

    /// <summary>A block that is open.</summary>
    private struct Label
    {
        /// <summary>Which of the open loops it is; -1: none.</summary>
        public int Loop;

        /// <summary>The values that a branch to it hands over.</summary>
        public int Arity;

        /// <summary>The values that its end hands over.</summary>
        public int Results;

        /// <summary>The branches to it.</summary>
        public long Edges;
    }

    /// <summary>A loop that is open.</summary>
    private struct Loop
    {
        /// <summary>The edges that were counted before it began.</summary>
        public long EdgesBefore;

        /// <summary>The locals that were used in it.</summary>
        public long Locals;
    }
}
