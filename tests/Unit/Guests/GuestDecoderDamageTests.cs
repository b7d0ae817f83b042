using System.Text;
using CsCheck;
using FireAndForget.Guests.Calls;
using FireAndForget.Guests.Decoding;
using Xunit;

namespace FireAndForget.Tests.Guests;

/// <summary>
/// Whatever the bytes: a description or a <see cref="ComponentLoadException"/>, soon, and nothing else.
/// </summary>
public class GuestDecoderDamageTests
{
    private const bool ModuleKind = false;
    private const bool ComponentKind = true;

    private static readonly byte[] ComponentPreamble = [0, 0x61, 0x73, 0x6D, 0x0D, 0, 1, 0];
    private static readonly byte[] ModulePreamble = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0];

    private static readonly byte[] RichComponent = GuestFiles.Wat(
        MessengerWat.Receiver(
            MessengerWat.HostMessaging()
                + """
                (import "wasi:io/poll@0.2.0" (instance $poll (export "pollable" (type (sub resource)))))
                (alias export $poll "pollable" (type $p))
                (type (variant (case "a" (option f32)) (case "b" (tuple u8 u16))))
                (core type (module (import "a" "b" (func)) (export "c" (table 1 2 funcref))))
                (component $c (import "f" (func $f)) (export "g" (func $f)))
                """,
            """
            (core func $d (canon resource.drop $p))
            (core func $s (canon lower (func $host "send") (memory (core memory $i "memory"))))
            (core module $n (import "x" "y" (func (param i32))) (import "x" "s" (func (param i32 i32 i32 i32 i32)))
                (table 1 funcref (ref.null func)) (global (export "g") i32 (i32.const 5)) (tag (param i32)))
            (core instance (instantiate $n (with "x" (instance (export "y" (func $d)) (export "s" (func $s))))))
            """
        )
    );

    [Fact]
    public void Decode_EveryTruncation_IsDamagedOrStillWhole()
    {
        foreach (byte[] guest in Samples())
        {
            // All places in small guests, and as many as that takes in large ones.
            for (int length = 0; length < guest.Length; length += 1 + (guest.Length / 20_000))
            {
                DecodeAnything(guest.AsMemory(0, length));
            }
        }
    }

    [Fact]
    public void Decode_CoreModuleCutAtASection_IsDamaged()
    {
        byte[] guest = GuestFiles.Read("echo-handler.wasm");
        int code = 8;
        while (guest[code] != 10)
        {
            // Each section of this module is shorter than 128 bytes.
            Assert.True(guest[code + 1] < 128);
            code += 2 + guest[code + 1];
        }

        Assert.Throws<ComponentLoadException>(() => GuestDecoder.Decode(guest.AsMemory(0, code)));
    }

    [Fact]
    public void Decode_RandomMutations_EndInADescriptionOrALoadException()
    {
        byte[][] samples = [.. Samples().Where(s => s.Length < 5_000)];
        Gen.Select(Gen.Int[0, samples.Length - 1], Gen.Select(Gen.Int[0, 1 << 20], Gen.Byte).Array[1, 8])
            .Sample(
                (sample, changes) =>
                {
                    byte[] guest = [.. samples[sample]];
                    foreach ((int at, byte value) in changes)
                    {
                        guest[8 + (at % (guest.Length - 8))] = value;
                    }

                    DecodeAnything(guest);
                },
                iter: 20_000
            );
    }

    [Fact]
    public void Decode_RandomSections_EndInADescriptionOrALoadException() =>
        Gen.Select(Gen.Bool, Gen.Select(Gen.Byte[0, 13], Gen.Byte[0, 0x80].Array[0, 40]).Array[1, 4])
            .Sample(
                (isComponent, sections) =>
                {
                    IEnumerable<byte> guest = isComponent ? ComponentPreamble : ModulePreamble;
                    foreach ((byte code, byte[] content) in sections)
                    {
                        guest = guest.Concat(Section(code, content));
                    }

                    DecodeAnything(guest.ToArray());
                },
                iter: 20_000
            );

    [Fact]
    public void Decode_ComponentsNestedDeep_AreRefused()
    {
        byte[] guest = ComponentPreamble;
        for (int i = 0; i < 2_000; i++)
        {
            guest = [.. ComponentPreamble, .. Section(4, guest)];
        }

        Assert.Contains("nested", Refused(guest));
    }

    [Fact]
    public void Decode_TypesNestedDeep_AreRefused()
    {
        IEnumerable<byte> type = Enumerable.Repeat<byte[]>([0x42, 1, 1], 100_000).SelectMany(b => b);

        Assert.Contains("nested", Refused([.. ComponentPreamble, .. Section(7, [1, .. type])]));
    }

    [Theory]
    [InlineData(ModuleKind, 1)]
    [InlineData(ModuleKind, 2)]
    [InlineData(ModuleKind, 3)]
    [InlineData(ModuleKind, 4)]
    [InlineData(ModuleKind, 5)]
    [InlineData(ModuleKind, 6)]
    [InlineData(ModuleKind, 7)]
    [InlineData(ModuleKind, 10)]
    [InlineData(ModuleKind, 13)]
    [InlineData(ComponentKind, 2)]
    [InlineData(ComponentKind, 3)]
    [InlineData(ComponentKind, 5)]
    [InlineData(ComponentKind, 6)]
    [InlineData(ComponentKind, 7)]
    [InlineData(ComponentKind, 8)]
    [InlineData(ComponentKind, 10)]
    [InlineData(ComponentKind, 11)]
    [InlineData(ComponentKind, 12)]
    public void Decode_HugeCount_IsRefusedWithItsOffset(bool isComponent, byte section)
    {
        byte[] preamble = isComponent ? ComponentPreamble : ModulePreamble;

        Assert.Contains(
            "at byte 10: 4294967295",
            Refused([.. preamble, .. Section(section, [0xFF, 0xFF, 0xFF, 0xFF, 0x0F])])
        );
    }

    [Fact]
    public void Decode_MoreDefinitionsThanItsSizeAllows_IsRefused()
    {
        byte[] types = [.. Leb(2_000_000), .. Enumerable.Repeat((byte)0x7F, 2_000_000)];

        Assert.Contains(
            "more memory than 8 times its 2000015 bytes and 16 MiB",
            Refused([.. ComponentPreamble, .. Section(7, types)])
        );
    }

    [Fact]
    public void Decode_FewInstancesWithManyImports_AreBoundedTogether()
    {
        // A module with 2,000 imports, made 900 times: 1.8 million imports to plan, from some 30 KB.
        StringBuilder wat = new(MessengerWat.Receiver()[..^1]);
        wat.Append("(core module $n ").Insert(wat.Length, "(import \"a\" \"memory\" (memory 1))", 2_000).Append(')');
        wat.Insert(wat.Length, "(core instance (instantiate $n (with \"a\" (instance $i))))", 900).Append(')');

        Assert.Contains("bytes of the host", GuestDecoder.Decode(GuestFiles.Wat(wat.ToString())).Refusal);
    }

    [Fact]
    public void Decode_TypeThatUnfoldsWithoutEnd_IsNamedInShort()
    {
        // Each tuple holds the one before twice.
        IEnumerable<byte> tuples = Enumerable.Range(0, 60).SelectMany(i => (byte[])[0x6F, 2, (byte)i, (byte)i]);
        byte[] types = [63, 0x7D, .. tuples, 0x40, 1, 1, (byte)'a', 60, 0x01, 0x00, 0x40, 0, 0x01, 0x00];

        GuestDescription guest = GuestDecoder.Decode(
            (byte[])
                [
                    .. ComponentPreamble,
                    .. Section(7, types),
                    .. Section(10, [1, 0, 14, .. "handle-message"u8, 1, 61]),
                    .. Section(11, [1, 0, 14, .. "handle-message"u8, 1, 0, 0]),
                ]
        );

        Assert.Contains("has type func(a: tuple<", guest.Refusal);
        Assert.InRange(guest.Refusal!.Length, 0, 600);
    }

    [Theory]
    [InlineData(ModuleKind, "010100 010100", "stands twice or too late")]
    [InlineData(ModuleKind, "020100 010100", "stands twice or too late")]
    [InlineData(ModuleKind, "0e00", "14 is the code of no section")]
    [InlineData(ModuleKind, "01020000", "1 bytes too early")]
    [InlineData(ModuleKind, "0705 01 0161 00 00", "number 0 of 0 is exported")]
    [InlineData(ModuleKind, "0003 02 c328", "UTF-8")]
    [InlineData(ModuleKind, "0503 01 10 00", "flags are 0x10")]
    [InlineData(ComponentKind, "0d0100", "13 is the code of no section")]
    [InlineData(ComponentKind, "07020000", "1 bytes too early")]
    [InlineData(ComponentKind, "0703 01 4200 0a0b 02 000161 0500 000161 0500", "second import is named a")]
    public void Decode_SectionsThatCannotBe_AreRefused(bool isComponent, string sections, string found)
    {
        byte[] preamble = isComponent ? ComponentPreamble : ModulePreamble;

        Assert.Contains(found, Refused([.. preamble, .. Convert.FromHexString(sections.Replace(" ", ""))]));
    }

    [Theory]
    [InlineData("(core func $i \"cabi_realloc\")", "(core func $i \"nothing\")", "exports no nothing")]
    [InlineData("(core func $i \"cabi_realloc\")", "(core func $i \"memory\")", "exports no memory of that sort")]
    [InlineData("(core memory $i \"memory\")", "(core memory $i \"nothing\")", "exports no nothing")]
    [InlineData("(core func $i \"cabi_realloc\")", "(core func $i \"post\")", "post has type (i32) -> ()")]
    [InlineData("(realloc (core func $i \"cabi_realloc\"))", "", "without memory or realloc")]
    public void Decode_LiftFromSomethingElse_IsDamaged(string right, string wrong, string found)
    {
        string lift = MessengerWat.Lift(MessengerWat.Options.Replace(right, wrong));

        Assert.Contains(found, Refused(GuestFiles.Wat(MessengerWat.Receiver(lift: lift))));
    }

    [Theory]
    [InlineData("(core instance (instantiate $n))")]
    [InlineData("(core instance (instantiate $n (with \"x\" (instance $i))))")]
    [InlineData("(core instance (instantiate $n (with \"x\" (instance (export \"y\" (memory $i \"memory\"))))))")]
    public void Decode_InstanceWithoutWhatItsModuleImports_IsDamaged(string instance)
    {
        string module = "(core module $n (import \"x\" \"y\" (func)))";

        Assert.Contains(
            "x.y is given nothing",
            Refused(GuestFiles.Wat(MessengerWat.Receiver(after: module + instance)))
        );
    }

    [Fact]
    public void Read_NamesOfEveryForm_GiveKeyAndFullName()
    {
        Assert.Equal(new ExternName("a", "a"), ReadName([0x00, 1, (byte)'a']));
        Assert.Equal(new ExternName("a", "a"), ReadName([0x01, 1, (byte)'a']));
        Assert.Equal(new ExternName("a@1", "a@1.2"), ReadName([0x02, 3, .. "a@1"u8, 1, 0x01, 2, .. ".2"u8]));
        Assert.Equal(new ExternName("a", "a"), ReadName([0x02, 1, (byte)'a', 1, 0x00, 2, .. "bc"u8]));
        Assert.Throws<ComponentLoadException>(() => ReadName([0x03, 1, (byte)'a']));
    }

    private static ExternName ReadName(byte[] bytes)
    {
        WasmReader reader = new(bytes, 0, bytes.Length, new DecodingBudget(bytes.Length));
        var name = ExternName.Read(ref reader);
        Assert.True(reader.AtEnd);
        return name;
    }

    private static IEnumerable<byte[]> Samples() => GuestFiles.All.Select(GuestFiles.Read).Append(RichComponent);

    private static void DecodeAnything(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            GuestDescription guest = GuestDecoder.Decode(bytes);

            // The three ways that a guest can go exclude each other.
            Assert.Equal(guest.Plan is null, guest.Reason.Length != 0);
            Assert.True(guest.Refusal is null || guest.Refusal == guest.Reason);
            Assert.True(guest.UnknownImports.Count == 0 || guest.Refusal is not null);
            CheckPlan(guest.Plan);
        }
        catch (ComponentLoadException e)
        {
            Assert.DoesNotContain('\n', e.Message);
        }
    }

    // A plan refers backwards only, and to what there is.
    private static void CheckPlan(DirectPlan? plan)
    {
        if (plan is null)
        {
            return;
        }

        for (int i = 0; i < plan.Instances.Count; i++)
        {
            Assert.InRange(plan.Instances[i].Module, 0, plan.Modules.Count - 1);
            foreach (CoreItem item in plan.Instances[i].Imports)
            {
                CoreExport?[] exports = item is LoweredImport lowered
                    ? [lowered.Memory, lowered.Realloc]
                    : [item as CoreExport];
                Assert.All(exports, e => Assert.True(e is null || (e.Instance >= 0 && e.Instance < i)));
            }
        }

        CoreItem?[] handlers =
        [
            plan.HandlesMessages ? plan.HandleMessage : null,
            plan.PostReturn,
            .. new[] { plan.Responder, plan.ReplyHandler, plan.TopicHandler }.SelectMany(handler =>
                new[] { handler?.Function, handler?.PostReturn }
            ),
        ];
        Assert.Contains(handlers, handler => handler is not null);
        Assert.All(
            handlers.OfType<CoreExport>(),
            handler => Assert.InRange(handler.Instance, 0, plan.Instances.Count - 1)
        );
    }

    private static string Refused(byte[] bytes) =>
        Assert.Throws<ComponentLoadException>(() => GuestDecoder.Decode(bytes)).Message;

    private static byte[] Section(byte code, ReadOnlySpan<byte> content) => [code, .. Leb(content.Length), .. content];

    private static byte[] Leb(int value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }
}
