using System.Text;
using FireAndForget.Guests.Decoding;
using Xunit;

namespace FireAndForget.Tests.Guests;

/// <summary>What a guest may ask of the compiler is counted before it is compiled; committed guests stay far below.</summary>
public class CompileBoundsTests
{
    public static TheoryData<string, string> TooMuch =>
        new()
        {
            { nameof(CompileLimitOptions.FunctionBytes), $"(func {Repeat("(drop (i32.const 1))", 20)})" },
            { nameof(CompileLimitOptions.Functions), Repeat("(func)", 20) },
            {
                nameof(CompileLimitOptions.Types),
                string.Concat(Enumerable.Range(0, 20).Select(i => $"(type (func {Repeat("(param i32)", i)}))"))
            },
            { nameof(CompileLimitOptions.Types), $"(rec {Repeat("(type (struct))", 20)})" },
            { nameof(CompileLimitOptions.Parameters), $"(func {Repeat("(param i64)", 20)})" },
            { nameof(CompileLimitOptions.Parameters), $"(type (func {Repeat("(result f32)", 20)}))" },
            { nameof(CompileLimitOptions.Locals), $"(func {Repeat("(local i32)", 20)})" },
            { nameof(CompileLimitOptions.Locals), $"(func {Repeat("(param i32)", 10)}{Repeat("(local i64)", 10)})" },
            { nameof(CompileLimitOptions.Nesting), $"(func {Repeat("block ", 20)}{Repeat("end ", 20)})" },
            { nameof(CompileLimitOptions.Nesting), $"(func {Repeat("loop ", 20)}{Repeat("end ", 20)})" },
            { nameof(CompileLimitOptions.BranchTargets), $"(func i32.const 0 br_table {Repeat("0 ", 21)})" },
            // Each of nested loops hands the local on.
            {
                nameof(CompileLimitOptions.Flow),
                $"(func (local i32) {Repeat("loop ", 20)} local.get 0 drop {Repeat("end ", 20)})"
            },
            // So does one loop along each branch to its start, and what is behind a block for each that leaves it.
            {
                nameof(CompileLimitOptions.Flow),
                $"(func (local i32) loop local.get 0 drop {Repeat("i32.const 0 br_if 0 ", 20)} end)"
            },
            {
                nameof(CompileLimitOptions.Flow),
                $"(func (local i32) block {Repeat("i32.const 0 br_if 0 ", 20)} end local.get 0 drop)"
            },
            // Values that are handed over at once are compared with each other.
            {
                nameof(CompileLimitOptions.Flow),
                $"(func (result {Repeat("i32 ", 9)}) block (result {Repeat("i32 ", 9)}) {Repeat("i32.const 0 ", 9)} end)"
            },
        };

    [Theory]
    [MemberData(nameof(TooMuch))]
    public void Check_MoreThanTheLimit_SaysWhichAndHowMuch(string limit, string items)
    {
        byte[] module = GuestFiles.Wat($"(module {items})");
        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() =>
            new CompileBounds(Limited(limit, 19)).Check(module)
        );

        Assert.Contains("and may have 19", e.Message, StringComparison.Ordinal);
        Assert.Contains($"CompileLimits.{limit} higher", e.Message, StringComparison.Ordinal);
        new CompileBounds(Limited(limit, 200)).Check(module);
        new CompileBounds(new()).Check(module);
    }

    [Fact]
    public void Check_ModulesOfAComponent_CountTogether()
    {
        byte[] component = GuestFiles.Wat(
            """
            (component
              (core module (func) (func))
              (component (core module (func)) (core module (func)))
              (core module (func)))
            """
        );

        new CompileBounds(new() { Functions = 5 }).Check(component);
        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() =>
            new CompileBounds(new() { Functions = 4 }).Check(component)
        );
        Assert.Contains("has 5 functions", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_InstructionsOfAllKinds_AreReadToTheEnd()
    {
        // The nesting behind them is seen only where each was read with what belongs to it.
        byte[] module = GuestFiles.Wat(
            """
            (module
              (type $s (struct (field (mut i32))))
              (type $a (array (mut i8)))
              (type $f (func))
              (memory 1) (table 1 funcref) (tag $t (param i32)) (elem $e func 0) (data $d "x") (global $g (mut i64) (i64.const 1))
              (func $all (local (ref null $s)) (local (ref null $a)) (local v128)
                (i32.store offset=4096 (i32.const 0) (i32.load8_u align=1 (i32.const 1)))
                (drop (f32.const 1)) (drop (f64.const 1)) (drop (i64.const -9223372036854775808))
                (drop (ref.func $all)) (drop (ref.null func)) (drop (memory.grow (memory.size)))
                (memory.init $d (i32.const 0) (i32.const 0) (i32.const 0)) (data.drop $d)
                (memory.copy (i32.const 0) (i32.const 0) (i32.const 0)) (memory.fill (i32.const 0) (i32.const 0) (i32.const 0))
                (table.init $e (i32.const 0) (i32.const 0) (i32.const 0)) (elem.drop $e)
                (drop (table.size)) (drop (i32.trunc_sat_f32_s (f32.const 0)))
                (call_indirect (type $f) (i32.const 0)) (call $all)
                (drop (select (result i32) (i32.const 0) (i32.const 0) (i32.const 0)))
                (local.set 0 (struct.new $s (i32.const 1))) (struct.set $s 0 (local.get 0) (i32.const 1))
                (local.set 1 (array.new_default $a (i32.const 1))) (drop (array.get_u $a (local.get 1) (i32.const 0)))
                (drop (array.new_fixed $a 1 (i32.const 0))) (drop (array.len (local.get 1)))
                (drop (ref.test (ref $s) (local.get 0))) (drop (ref.i31 (i32.const 1)))
                (drop (block $b (result (ref null $s)) (br_on_cast $b (ref null $s) (ref $s) (local.get 0))))
                (local.set 2 (v128.const i64x2 1 2)) (drop (i8x16.extract_lane_s 3 (local.get 2)))
                (drop (v128.load8_lane 2 (i32.const 0) (local.get 2)))
                (drop (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 (local.get 2) (local.get 2)))
                (drop (i32x4.relaxed_trunc_f32x4_s (local.get 2)))
                (drop (block $h (result i32) (try_table (catch $t $h) (throw $t (i32.const 1))) (i32.const 0)))
                (global.set $g (global.get $g))
                block block block block block block block end end end end end end end))
            """
        );

        new CompileBounds(new() { Nesting = 7 }).Check(module);
        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() =>
            new CompileBounds(new() { Nesting = 6 }).Check(module)
        );
        Assert.Contains("7 nested blocks", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Guests))]
    public void Check_CommittedGuest_HasAMarginOfTen(string file) =>
        new CompileBounds(
            new()
            {
                FunctionBytes = 200_000,
                Functions = 25_000,
                Types = 5_000,
                Locals = 1_000,
                Nesting = 1_000,
                BranchTargets = 10_000,
                Flow = 200_000,
            }
        ).Check(GuestFiles.Read(file));

    public static TheoryData<string> Guests => [.. GuestFiles.All];

    private static string Repeat(string text, int times) => new StringBuilder().Insert(0, text, times).ToString();

    private static CompileLimitOptions Limited(string limit, int most)
    {
        CompileLimitOptions limits = new();
        var property = typeof(CompileLimitOptions).GetProperty(limit)!;
        property.SetValue(limits, Convert.ChangeType(most, property.PropertyType, null));
        return limits;
    }
}
