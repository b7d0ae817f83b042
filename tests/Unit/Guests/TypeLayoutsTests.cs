using FireAndForget.Guests.Calls;
using FireAndForget.Guests.Decoding;
using Xunit;

namespace FireAndForget.Tests.Guests;

/// <summary>What values of streams and futures take in memory, and which of their types are equal.</summary>
public sealed class TypeLayoutsTests
{
    // Sizes as the canonical ABI has them, beside what they come from.
    [Theory]
    [InlineData("", 0, 1, true)]
    [InlineData("bool", 1, 1, false)]
    [InlineData("s8", 1, 1, true)]
    [InlineData("u8", 1, 1, true)]
    [InlineData("u16", 2, 2, true)]
    [InlineData("s32", 4, 4, true)]
    [InlineData("f32", 4, 4, true)]
    [InlineData("u64", 8, 8, true)]
    [InlineData("f64", 8, 8, true)]
    [InlineData("string", 8, 4, false)]
    [InlineData("(list u64)", 8, 4, false)]
    [InlineData("(tuple u8 u32 u8)", 12, 4, false)]
    [InlineData("(tuple u8 u64)", 16, 8, false)]
    [InlineData("(record (field \"a\" u16) (field \"b\" u8))", 4, 2, false)]
    [InlineData("(option u8)", 2, 1, false)]
    [InlineData("(option u64)", 16, 8, false)]
    [InlineData("(result)", 1, 1, false)]
    [InlineData("(result u16 (error (enum \"a\" \"b\")))", 4, 2, false)]
    [InlineData("(variant (case \"a\") (case \"b\" (option string)))", 16, 4, false)]
    [InlineData("(enum \"a\" \"b\")", 1, 1, false)]
    [InlineData("(flags \"a\" \"b\" \"c\" \"d\" \"e\" \"f\" \"g\" \"h\" \"i\")", 2, 2, false)]
    [InlineData("(tuple (stream u64))", 4, 4, false)]
    [InlineData("(tuple (future) u8)", 8, 4, false)]
    public void Decode_AStream_HasTheSizeOfItsValues(string value, int bytes, int alignment, bool isPlain)
    {
        ChannelType type = Assert.Single(Types($"(stream {value})"));

        Assert.Equal(
            (false, (uint)bytes, (uint)alignment, isPlain),
            (type.IsFuture, type.ValueBytes, type.Alignment, type.IsPlain)
        );
        Assert.Equal(value.Length == 0, type.Number == 0);
    }

    [Fact]
    public void Decode_AnEnumOfManyCases_HasALargerDiscriminant()
    {
        string cases = string.Concat(Enumerable.Range(0, 257).Select(i => $"\"c{i}\" "));

        Assert.Equal(2u, Assert.Single(Types($"(future (enum {cases}))")).ValueBytes);
    }

    [Theory]
    [InlineData("u8", "u8", true)]
    [InlineData("u8", "s8", false)]
    [InlineData("u8", "", false)]
    [InlineData("(tuple u8 (list string))", "(tuple u8 (list string))", true)]
    [InlineData("(tuple u8 (list string))", "(tuple u8 (list u8))", false)]
    [InlineData("(tuple u8 (tuple u8 u8))", "(tuple (tuple u8 u8) u8)", false)]
    [InlineData("(tuple u8 u8)", "(tuple u8 u8 u8)", false)]
    [InlineData("(enum \"a\" \"b\")", "(enum \"a\" \"c\")", false)]
    [InlineData("(enum \"a\" \"b\")", "(flags \"a\" \"b\")", false)]
    [InlineData("(record (field \"a\" u8))", "(record (field \"b\" u8))", false)]
    [InlineData("(record (field \"a\" u8))", "(variant (case \"a\" u8))", false)]
    [InlineData("(result u8)", "(result (error u8))", false)]
    public void Decode_TwoStreams_AreEqualWhereTheirValuesAre(string one, string other, bool areEqual)
    {
        ChannelType[] types = Types($"(stream {one})", $"(stream {other})");

        Assert.Equal(areEqual, types[0] == types[^1]);
    }

    /// <summary>A type of a few bytes may unfold without end: each is looked at once.</summary>
    [Fact]
    public void Decode_ATypeThatUnfoldsWithoutEnd_IsMeasured()
    {
        string doubled = string.Concat(
            Enumerable.Range(1, 60).Select(i => $"(type $t{i} (tuple $t{i - 1} $t{i - 1}))")
        );

        GuestDescription guest = Decode($"(type $t0 u8) {doubled} (type $c0 (stream $t60))", 1);

        Assert.Equal(uint.MaxValue, Assert.Single(Found(guest)).ValueBytes);
    }

    [Fact]
    public void Decode_ATypeThatNestsTooDeep_IsRefused()
    {
        string nested = string.Concat(Enumerable.Range(1, 20_000).Select(i => $"(type $t{i} (option $t{i - 1}))"));

        ComponentLoadException error = Assert.Throws<ComponentLoadException>(() =>
            Decode($"(type $t0 u8) {nested} (type $c0 (stream $t20000))", 1)
        );

        Assert.Contains(
            "the type of a stream or future nests more than 100 deep",
            error.Message,
            StringComparison.Ordinal
        );
    }

    private static ChannelType[] Types(params string[] channels) =>
        Found(Decode(string.Concat(channels.Select((channel, i) => $"(type $c{i} {channel})")), channels.Length));

    /// <summary>A receiver that can make such streams or futures, whose types are $c0, $c1 and so on.</summary>
    private static GuestDescription Decode(string types, int count)
    {
        IEnumerable<int> all = Enumerable.Range(0, count);
        string[] kinds =
        [
            .. all.Select(i => types.Contains($"(type $c{i} (future", StringComparison.Ordinal) ? "future" : "stream"),
        ];
        return GuestDecoder.Decode(
            GuestFiles.Wat(
                MessengerWat.Receiver(
                    after: $"""
                    {types}
                    {string.Concat(all.Select(i => $"(core func $f{i} (canon {kinds[i]}.new $c{i}))"))}
                    (core module $user {string.Concat(
                        all.Select(i => $"(import \"host\" \"f{i}\" (func (result i64)))")
                    )})
                    (core instance (instantiate $user (with "host" (instance
                      {string.Concat(all.Select(i => $"(export \"f{i}\" (func $f{i}))"))}))))
                    """
                )
            )
        );
    }

    private static ChannelType[] Found(GuestDescription guest)
    {
        Assert.Equal("", guest.Reason);
        return
        [
            .. guest
                .Plan!.Instances.SelectMany(instance => instance.Imports)
                .OfType<ChannelBuiltIn>()
                .Select(b => b.Type),
        ];
    }
}
