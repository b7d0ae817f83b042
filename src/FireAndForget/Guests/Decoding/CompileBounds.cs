using System.Globalization;
using FireAndForget.Wording;

namespace FireAndForget.Guests.Decoding;

/// <summary>
/// Refuses guests that would cost the compiler too much, before the engine gets them: one pass over the sections and instructions
/// of a guest's modules, with memory for the types of one module and the locals of one function.
/// </summary>
internal sealed class CompileBounds
{
    private const int PreambleLength = 8;
    private const int LayerAt = 6;

    private readonly CompileLimitOptions _limits;
    private long _functions;
    private long _types;

    /// <summary>The bounds of one guest.</summary>
    /// <param name="limits">What it may ask for.</param>
    public CompileBounds(CompileLimitOptions limits) => _limits = limits;

    /// <summary>Looks at a binary that the decoder has read, as one more of those that are compiled for the guest.</summary>
    /// <param name="binary">A core module or a component.</param>
    /// <exception cref="ComponentLoadException">Together they ask for more than they may.</exception>
    public void Check(ReadOnlyMemory<byte> binary)
    {
        ReadOnlySpan<byte> bytes = binary.Span;
        // Parts follow each other without a gap and modules contain no parts, so the reader need not know where a component ends.
        WasmReader reader = new(bytes, 0, bytes.Length, new(0));
        int moduleEnd = 0;
        CoreModuleCode? module = null;
        OpenPart(bytes, ref reader, bytes.Length, ref module, ref moduleEnd);
        while (!reader.AtEnd)
        {
            bool isModule = reader.Position < moduleEnd;
            byte code = reader.ReadByte();
            int length = (int)reader.ReadU32();
            int content = reader.Position;
            if (!isModule && code is 1 or 4)
            {
                OpenPart(bytes, ref reader, content + length, ref module, ref moduleEnd);
                continue;
            }

            reader.Skip(length);
            if (isModule)
            {
                Check(module!, code, new(bytes, content, reader.Position, reader.Budget));
            }
        }
    }

    private static void OpenPart(
        ReadOnlySpan<byte> binary,
        ref WasmReader reader,
        int end,
        ref CoreModuleCode? module,
        ref int moduleEnd
    )
    {
        if (binary[reader.Position + LayerAt] == 0)
        {
            module = new();
            moduleEnd = end;
        }

        reader.Skip(PreambleLength);
    }

    private void Check(CoreModuleCode module, byte code, WasmReader section)
    {
        switch (code)
        {
            case 1:
                ReadTypes(module, section);
                break;
            case 3:
                ReadFunctions(module, section);
                break;
            case 10:
                ReadCode(module, section);
                break;
        }
    }

    private void ReadTypes(CoreModuleCode module, WasmReader section)
    {
        for (int left = section.ReadCount("types", 0); left != 0; left--)
        {
            int group = 1;
            if (section.Peek() == 0x4E)
            {
                section.ReadByte();
                group = section.ReadCount("types of a group", 0);
            }

            for (; group != 0; group--)
            {
                Require(++_types, _limits.Types, "types", nameof(CompileLimitOptions.Types));
                ReadType(module, ref section);
            }
        }
    }

    private void ReadType(CoreModuleCode module, ref WasmReader section)
    {
        if (section.Peek() is 0x50 or 0x4F)
        {
            section.ReadByte();
            for (int left = section.ReadCount("supertypes", 0); left != 0; left--)
            {
                section.ReadU32();
            }
        }

        (int parameters, int results) = (0, 0);
        switch (section.ReadByte())
        {
            case 0x60:
                parameters = SkipTypes(ref section);
                results = SkipTypes(ref section);
                string what = string.Create(
                    CultureInfo.InvariantCulture,
                    $"parameters or results in the type {module.Arities.Count}"
                );
                Require(
                    Math.Max(parameters, results),
                    _limits.Parameters,
                    what,
                    nameof(CompileLimitOptions.Parameters)
                );
                break;
            case 0x5F:
                for (int left = section.ReadCount("fields", 0); left != 0; left--)
                {
                    FunctionMeter.SkipValueType(ref section);
                    section.ReadByte();
                }

                break;
            case 0x5E:
                FunctionMeter.SkipValueType(ref section);
                section.ReadByte();
                break;
            case 0x5D:
                section.SkipSigned(33);
                break;
        }

        module.Arities.Add((parameters, results));
    }

    private static int SkipTypes(ref WasmReader section)
    {
        int count = section.ReadCount("types", 0);
        for (int i = 0; i < count; i++)
        {
            FunctionMeter.SkipValueType(ref section);
        }

        return count;
    }

    private void ReadFunctions(CoreModuleCode module, WasmReader section)
    {
        int count = section.ReadCount("functions", 0);
        _functions += count;
        Require(_functions, _limits.Functions, "functions", nameof(CompileLimitOptions.Functions));
        for (int i = 0; i < count; i++)
        {
            uint type = section.ReadU32();
            module.Parameters.Add(type < module.Arities.Count ? module.Arities[(int)type].Parameters : 0);
        }
    }

    private void ReadCode(CoreModuleCode module, WasmReader section)
    {
        FunctionMeter meter = new(module.Arities);
        int count = section.ReadCount("functions' code", 0);
        for (int i = 0; i < count; i++)
        {
            WasmReader body = section.ReadPart("a function's code");
            string where = string.Create(CultureInfo.InvariantCulture, $"in function {i} of those that it defines");
            Require(
                body.End - body.Position,
                _limits.FunctionBytes,
                $"bytes of code {where}",
                nameof(CompileLimitOptions.FunctionBytes)
            );
            long locals = module.Parameters[i];
            for (int left = body.ReadCount("groups of locals", 0); left != 0; left--)
            {
                locals += body.ReadU32();
                FunctionMeter.SkipValueType(ref body);
            }

            Require(locals, _limits.Locals, $"local variables {where}", nameof(CompileLimitOptions.Locals));
            meter.Measure(body, (int)locals, _limits.Flow);
            Require(meter.Depth, _limits.Nesting, $"nested blocks {where}", nameof(CompileLimitOptions.Nesting));
            Require(
                meter.Targets,
                _limits.BranchTargets,
                $"targets of br_table {where}",
                nameof(CompileLimitOptions.BranchTargets)
            );
            Require(
                meter.Flow,
                _limits.Flow,
                $"values that flow into joins of control {where}",
                nameof(CompileLimitOptions.Flow)
            );
        }
    }

    private static void Require(long count, long most, string what, string limit)
    {
        if (count > most)
        {
            throw new ComponentLoadException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"it is not compiled, because it has {count} {what} and may have {most}; build it otherwise, or set "
                        + $"{nameof(MessagingHostOptions.CompileLimits)}.{limit} higher."
                )
            );
        }
    }

    /// <summary>What is known of the module that is being read.</summary>
    private sealed class CoreModuleCode
    {
        /// <summary>The parameters and results of its types.</summary>
        public List<(int Parameters, int Results)> Arities { get; } = [];

        /// <summary>The parameters of the functions that it defines.</summary>
        public List<int> Parameters { get; } = [];
    }
}
