using System.Text;
using FireAndForget.Guests.Compiling;
using FireAndForget.Guests.Instances;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>Small files whose compiling would take gigabytes are refused with words, on both runtimes and by the inspection.</summary>
public class CompileLimitTests
{
    private const string Guest = """
        (memory (export "memory") 1)
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
        (func (export "handle-message") (param i32 i32 i32 i32) (result i32) i32.const 0)
        """;

    public static TheoryData<string, string> Bombs =>
        new()
        {
            { nameof(CompileLimitOptions.Parameters), Parameters(900, 600) },
            // Within the limit of each block, too much together.
            { nameof(CompileLimitOptions.Flow), Parameters(100, 600) },
            { nameof(CompileLimitOptions.Flow), Loops(5000, 2000) },
            { nameof(CompileLimitOptions.Locals), $"(func {Repeat("(local i32)", 49_000)})" },
        };

    [Theory]
    [MemberData(nameof(Bombs))]
    public async Task Load_Bomb_IsRefusedWithTheLimit(string limit, string function)
    {
        await using MessagingHost host = new(new() { Workers = 0, CompileCache = null });
        string[] guests =
        [
            $"(module {Guest} {function})",
            $"""
                (component
                  (core module $m {Guest} {function})
                  (core instance $i (instantiate $m))
                  (func (export "handle-message") (param "sender" string) (param "message" (list u8)) (result (result))
                    (canon lift (core func $i "handle-message") (memory (core memory $i "memory")) (realloc (core func $i "cabi_realloc")))))
                """,
        ];
        foreach (string wat in guests)
        {
            var source = ComponentSource.FromText(wat, "bomb.wat");
            ComponentLoadException e = Assert.Throws<ComponentLoadException>(() => host.AddComponent("bomb", source));

            Assert.StartsWith("bomb.wat: it is not compiled, because it has ", e.Message, StringComparison.Ordinal);
            Assert.Contains($"CompileLimits.{limit} higher", e.Message, StringComparison.Ordinal);
            Assert.Contains($"CompileLimits.{limit}", ComponentInspection.Of(source).Refusal, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Load_WithAnotherLimit_GoesByIt()
    {
        var source = ComponentSource.FromText($"(module {Guest})");
        await using MessagingHost strict = new(
            new()
            {
                Workers = 0,
                CompileCache = null,
                CompileLimits = new() { Functions = 1 },
            }
        );

        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() => strict.AddComponent("guest", source));
        Assert.Contains("has 2 functions and may have 1", e.Message, StringComparison.Ordinal);
    }

    private static string Parameters(int count, int loops) =>
        $"(func {Repeat("i32.const 1 ", count)}"
        + Repeat($"loop (param {Repeat("i32 ", count)}) (result {Repeat("i32 ", count)}) ", loops)
        + Repeat("i32.const 0 br_if 0 end ", loops)
        + $"{Repeat("drop ", count)})";

    private static string Loops(int loops, int locals)
    {
        StringBuilder text = new($"(func {Repeat("(local i32)", locals)}");
        for (int i = 0; i < loops; i++)
        {
            text.Append(
                System.Globalization.CultureInfo.InvariantCulture,
                $"loop local.get {i % locals} local.set {i * 17 % locals} "
            );
        }

        return text.Append(Repeat("local.get 3 br_if 0 end ", loops)).Append(')').ToString();
    }

    private static string Repeat(string text, int times) => new StringBuilder().Insert(0, text, times).ToString();
}
