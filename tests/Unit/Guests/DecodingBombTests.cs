using System.Text;
using FireAndForget.Guests.Decoding;
using Xunit;

namespace FireAndForget.Tests.Guests;

/// <summary>
/// Small files that ask for much: none makes the decoder take more memory than the bound that docs/loading.md states, whatever it
/// answers.
/// </summary>
public class DecodingBombTests
{
    private const int Many = 200_000;

    private static readonly byte[] ModulePreamble = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0];
    private static readonly byte[] ComponentPreamble = [0, 0x61, 0x73, 0x6D, 0x0D, 0, 1, 0];

    public static TheoryData<string> Bombs => [.. Makers.Keys];

    private static Dictionary<string, Func<byte[]>> Makers { get; } =
        new()
        {
            ["core function types"] = () => Module(Vector(1, [0x60, 0, 0])),
            ["core types in a group"] = () => Module(Section(1, [1, 0x4E, .. Leb(Many), .. Repeat([0x5F, 0])])),
            ["core imports"] = () => Module(Section(1, [1, 0x60, 0, 0]), Vector(2, [0, 0, 0, 0])),
            ["core imports that share a long name"] = () =>
                Module(
                    Section(1, [1, 0x60, 0, 0]),
                    Section(2, [1, .. Leb(50_000), .. new byte[50_000], 0, 0x7E, 0, 0, .. Leb(Many), .. Repeat([0])])
                ),
            ["functions"] = () => Module(Section(1, [1, 0x60, 0, 0]), Vector(3, [0]), Vector(10, [2, 0, 0x0B])),
            ["tables"] = () => Module(Vector(4, [0x70, 0, 0])),
            ["memories"] = () => Module(Vector(5, [0, 0])),
            ["globals"] = () => Module(Vector(6, [0x7F, 0, 0x41, 0, 0x0B])),
            ["tags"] = () => Module(Section(1, [1, 0x60, 0, 0]), Vector(13, [0, 0])),
            ["core exports"] = () => Module(Section(5, [1, 0, 0]), Named(7, name => [3, .. name, 2, 0])),
            ["custom sections of a module"] = () => [.. ModulePreamble, .. Repeat([0, 1, 0])],
            ["types"] = () => Component(Vector(7, [0x7F])),
            ["tuples"] = () => Component(Vector(7, [0x6F, 0])),
            ["lists"] = () => Component(Vector(7, [0x70, 0x7F])),
            ["function types"] = () => Component(Vector(7, [0x40, 0, 1, 0])),
            ["types of instances"] = () => Component(Vector(7, [0x42, 0])),
            ["labels"] = () => Component(Section(7, [1, 0x6E, .. Leb(Many), .. Repeat([0])])),
            ["core modules"] = () => [.. ComponentPreamble, .. Repeat([1, 8, .. ModulePreamble])],
            ["components"] = () => [.. ComponentPreamble, .. Repeat([4, 8, .. ComponentPreamble])],
            ["core instances"] = () => Component(Vector(2, [1, 0])),
            ["instances"] = () => Component(Vector(5, [1, 0])),
            ["aliases"] = () =>
                Component(
                    Section(7, [1, 0x42, 2, 1, 0x7F, 4, 0, 1, (byte)'t', 3, 0, 0]),
                    Section(10, [1, 0, 1, (byte)'i', 5, 0]),
                    Vector(6, [3, 0, 0, 1, (byte)'t'])
                ),
            ["canonical functions"] = () => Component(Vector(8, [5])),
            ["imports"] = () => Component(Named(10, name => [0, 3, .. name, 3, 1])),
            ["values"] = () => Component(Vector(12, [0x7F, 1, 0])),
            ["exports of an interface with a long name"] = () =>
            {
                byte[] name = [.. "wasi:"u8, .. Enumerable.Repeat((byte)'x', 50_000), .. "@0.2.0"u8];
                byte[] exports = Names(20_000).SelectMany(n => (byte[])[4, 0, 3, .. n, 1, 0]).ToArray();
                return Component(
                    Section(7, [1, 0x42, .. Leb(20_001), 1, 0x40, 0, 1, 0, .. exports]),
                    Section(10, [1, 0, .. Leb(name.Length), .. name, 5, 0])
                );
            },
            ["instances of a module with many memories"] = () =>
                Component(
                    Section(1, Module(Section(5, [.. Leb(1000), .. Repeat([0, 0], 1000)]))),
                    Section(2, [.. Leb(1000), .. Repeat([0, 0, 0], 1000)])
                ),
            ["instances of a module with many imports"] = () =>
                Component(
                    Section(1, Module(Section(2, [.. Leb(2000), .. Repeat([1, 97, 1, 109, 2, 0, 0], 2000)]))),
                    Section(2, [1, 1, 1, 1, 109, 2, 0]),
                    Section(2, [.. Leb(1000), .. Repeat([0, 0, 1, 1, 97, 0x12, 0], 1000)])
                ),
            ["instances of instances"] = InstancesOfInstances,
        };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void Inspect_Bomb_TakesNoMoreMemoryThanItsBound(string bomb)
    {
        byte[] guest = Makers[bomb]();
        Inspect([.. ModulePreamble]);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Inspect(guest);

        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        long bound = DecodingBudget.BaseBytes + ((long)DecodingBudget.TimesTheFile * guest.Length);
        // The source's own copy and the stub come beside what is decoded.
        Assert.InRange(taken, 0, bound + (3 * guest.Length));
    }

    /// <summary>Each of 60 components makes two instances of the one before: 2^60 instances, from a kilobyte.</summary>
    [Fact]
    public void Inspect_InstancesOfInstances_SaysHowManyThereMayBe() =>
        Assert.Contains(
            "more than 1000 core instances",
            ComponentInspection.Of(ComponentSource.FromBytes(ReceiverWith(InstancesOfInstancesText))).Refusal
        );

    /// <summary>Names are told where something is wrong with them, not for each instance that has them.</summary>
    [Fact]
    public void Inspect_LongNameInManyInstances_IsNotWritten()
    {
        string name = new('n', 50_000);
        StringBuilder wat = new($"(core module $n (import \"a\" \"{name}\" (func (param i32))))");
        wat.Append($"(core instance $a (export \"{name}\" (func $i \"post\")))");
        wat.Insert(wat.Length, "(core instance (instantiate $n (with \"a\" (instance $a))))", 900);
        byte[] guest = ReceiverWith(wat.ToString());
        Inspect([.. ModulePreamble]);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Null(ComponentInspection.Of(ComponentSource.FromBytes(guest)).Refusal);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    private static string InstancesOfInstancesText =>
        "(component $c0)"
        + string.Concat(
            Enumerable
                .Range(1, 60)
                .Select(i => $"(component $c{i} (instance (instantiate $c{i - 1})) (instance (instantiate $c{i - 1})))")
        )
        + "(instance (instantiate $c60))";

    private static byte[] InstancesOfInstances() => ReceiverWith(InstancesOfInstancesText);

    private static byte[] ReceiverWith(string parts) => GuestFiles.Wat(MessengerWat.Receiver(after: parts));

    private static void Inspect(byte[] guest)
    {
        try
        {
            ComponentInspection.Of(ComponentSource.FromBytes(guest));
        }
        catch (ComponentLoadException e)
        {
            Assert.DoesNotContain('\n', e.Message);
        }
    }

    private static byte[] Module(params byte[][] sections) => [.. ModulePreamble, .. sections.SelectMany(s => s)];

    private static byte[] Component(params byte[][] sections) => [.. ComponentPreamble, .. sections.SelectMany(s => s)];

    private static byte[] Section(byte code, byte[] content) => [code, .. Leb(content.Length), .. content];

    private static byte[] Vector(byte code, byte[] item) => Section(code, [.. Leb(Many), .. Repeat(item)]);

    private static byte[] Named(byte code, Func<byte[], byte[]> item) =>
        Section(code, [.. Leb(50_000), .. Names(50_000).SelectMany(item)]);

    /// <summary>Different names of three letters.</summary>
    private static IEnumerable<byte[]> Names(int count) =>
        Enumerable
            .Range(0, count)
            .Select(i => (byte[])[(byte)(65 + (i % 50)), (byte)(65 + (i / 50 % 50)), (byte)(65 + (i / 2500))]);

    private static byte[] Repeat(byte[] item, int count = Many)
    {
        byte[] items = new byte[item.Length * count];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = item[i % item.Length];
        }

        return items;
    }

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
