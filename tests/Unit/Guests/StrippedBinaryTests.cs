using System.Text;
using FireAndForget.Guests.Decoding;
using Wasmtime;
using Xunit;

namespace FireAndForget.Tests.Guests;

/// <summary>What the engine gets of a guest: everything but custom sections, however deep they lie.</summary>
public class StrippedBinaryTests
{
    private const string Secret = "_Z6secretv";

    private const string Named = $"""
        (module $whole
          (@custom "{Secret}1" (before type) "{Secret}")
          (@custom ".debug_info" (after code) "{Secret}")
          (import "a" "b" (func $imported))
          (func $first (export "first") (call $imported))
          (func ${Secret} (export "second") unreachable))
        """;

    [Fact]
    public void Of_Module_HasNoCustomSectionButItsNumber()
    {
        var stripped = StrippedBinary.Of(GuestFiles.Wat(Named), 3, keepsNames: false);

        Assert.DoesNotContain(Secret, Text(stripped), StringComparison.Ordinal);
        Assert.Empty(stripped.Modules);
        using Engine engine = new();
        Assert.Null(Module.Validate(engine, stripped.Bytes.Span));
        Assert.Contains("module 3", Text(stripped), StringComparison.Ordinal);
        Assert.Equal(Shape(GuestFiles.Wat(Named)), Shape(stripped.Bytes));
    }

    [Fact]
    public void Of_Component_ReachesWhatIsNested()
    {
        byte[] component = GuestFiles.Wat(
            $"""
            (component ${Secret}
              (core module (func ${Secret}))
              (component
                (@custom "{Secret}" "{Secret}")
                (core module (func ${Secret}) (memory 1))
                (component (core module $a (func ${Secret} (export "f"))) (core instance $b (instantiate $a))))
              (core module (func ${Secret})))
            """
        );
        Assert.Contains(Secret, Encoding.Latin1.GetString(component), StringComparison.Ordinal);

        var stripped = StrippedBinary.Of(component, 0, keepsNames: true);

        Assert.DoesNotContain(Secret, Text(stripped), StringComparison.Ordinal);
        Assert.Equal(4, stripped.Modules.Count);
        Assert.All(stripped.Modules, names => Assert.Equal(Secret, names.NameOf(0)));
        Assert.Equal(4, Text(stripped).Split("module ").Length - 1);
        using Engine engine = new();
        using var compiled = Wasmtime.Components.Component.FromBytes(engine, stripped.Bytes.Span);
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Of_Fixture_IsTheSameGuestWithoutTheRest(string file)
    {
        byte[] binary = GuestFiles.Read(file);

        var stripped = StrippedBinary.Of(binary, 0, keepsNames: false);

        (GuestDescription before, GuestDescription after) = (
            GuestDecoder.Decode(binary),
            GuestDecoder.Decode(stripped.Bytes)
        );
        Assert.Equal(before.Imports, after.Imports);
        Assert.Equal(before.Exports, after.Exports);
        Assert.Equal(before.Plan?.Modules.Count, after.Plan?.Modules.Count);
        Assert.True(stripped.Bytes.Length <= binary.Length + (24 * 8));
    }

    public static TheoryData<string> Fixtures => [.. GuestFiles.All];

    [Fact]
    public void NameOf_Functions_IsWhatTheSectionSays()
    {
        ModuleNames names = Assert.Single(StrippedBinary.Of(GuestFiles.Wat(Named), 0, keepsNames: true).Modules);

        Assert.Equal(["imported", "first", Secret, null], new uint[] { 0, 1, 2, 3 }.Select(names.NameOf));
    }

    [Fact]
    public void NameOf_DamagedSection_IsNone()
    {
        byte[] module = GuestFiles.Wat(Named);
        int at = module.AsSpan().LastIndexOf("imported"u8);
        for (int i = at - 8; i < module.Length; i++)
        {
            byte[] damaged = [.. module];
            damaged[i] = 0xFF;
            ComponentLoadException? error = null;
            try
            {
                GuestDecoder.Decode(damaged);
            }
            catch (ComponentLoadException e)
            {
                error = e;
            }

            if (error is null)
            {
                var stripped = StrippedBinary.Of(damaged, 0, keepsNames: true);
                Assert.All(new uint[] { 0, 1, 2, uint.MaxValue }, f => stripped.Modules[0].NameOf(f));
            }
        }
    }

    [Fact]
    public void NameOf_MoreNamesThanAreKept_IsNone()
    {
        string name = new('n', 90_000);
        StringBuilder wat = new("(module ");
        for (int i = 0; i < 1 + (ModuleNames.MostBytes / name.Length); i++)
        {
            wat.Append("(func $").Append(i).Append(name).Append(')');
        }

        ModuleNames names = StrippedBinary.Of(GuestFiles.Wat($"{wat})"), 0, keepsNames: true).Modules[0];

        Assert.Null(names.NameOf(0));
    }

    private static string Text(StrippedBinary stripped) => Encoding.Latin1.GetString(stripped.Bytes.Span);

    private static string Shape(ReadOnlyMemory<byte> module)
    {
        GuestDescription description = GuestDecoder.Decode(module);
        return string.Join(",", description.Imports) + ";" + string.Join(",", description.Exports);
    }
}
