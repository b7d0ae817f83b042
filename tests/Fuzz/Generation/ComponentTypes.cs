using FireAndForget.Tests.Fuzz.Mutation;

namespace FireAndForget.Tests.Fuzz.Generation;

/// <summary>Random types of components.</summary>
internal static class ComponentTypes
{
    private static readonly (string Type, string Core)[] Primitives =
    [
        ("bool", "i32"),
        ("s8", "i32"),
        ("u16", "i32"),
        ("s32", "i32"),
        ("u64", "i64"),
        ("f32", "f32"),
        ("f64", "f64"),
        ("char", "i32"),
    ];

    /// <summary>A primitive type, and the core type that it becomes.</summary>
    public static (string Type, string Core) Primitive(Randomness random) => random.Of(Primitives);

    /// <summary>A definition of a type, for a component's type section.</summary>
    /// <param name="index">How many there are before it, named <c>$x0</c> and so on, which it may use.</param>
    /// <param name="random">Decides which.</param>
    public static string Definition(int index, Randomness random)
    {
        string Any() => index > 0 && random.OneIn(2) ? $"$x{random.Below(index)}" : Primitive(random).Type;
        string Each(Func<int, string> part) =>
            string.Join(' ', Enumerable.Range(0, 1 + random.Below(random.OneIn(6) ? 32 : 4)).Select(part));
        return random.Below(9) switch
        {
            0 => $"(list {Any()})",
            1 => $"(tuple {Each(_ => Any())})",
            2 => $"(option {Any()})",
            3 => $"(result {Any()} (error {Any()}))",
            4 => $"(record {Each(i => $"(field \"f{i}\" {Any()})")})",
            5 => $"(variant {Each(i => random.OneIn(2) ? $"(case \"c{i}\")" : $"(case \"c{i}\" {Any()})")})",
            6 => $"(enum {Each(i => $"\"e{i}\"")})",
            7 => $"(flags {Each(i => $"\"b{i}\"")})",
            _ => "(list string)",
        };
    }
}
