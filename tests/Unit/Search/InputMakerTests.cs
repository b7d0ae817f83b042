using FireAndForget.Tests.Fuzz.Areas;
using FireAndForget.Tests.Fuzz.Mutation;
using FireAndForget.Tests.Guests;
using Xunit;

namespace FireAndForget.Tests.Search;

/// <summary>What a search can find again: each input is decided by the seed, the area and its number.</summary>
public class InputMakerTests
{
    private static readonly byte[][] Corpus =
    [
        GuestFiles.Read("echo-handler.wasm"),
        GuestFiles.Read("handle-message-component.wasm"),
        "(module (func (param i32) (result i32) (i32.const 5)))"u8.ToArray(),
        [0x80, 0x01],
        [],
    ];

    [Fact]
    public void Input_SameSeedAndIndex_IsTheSame()
    {
        InputMaker one = new(7, "guests", Corpus);
        InputMaker another = new(7, "guests", Corpus);

        // The other one makes them in another order.
        byte[][] backwards = [.. Enumerable.Range(0, 500).Reverse().Select(i => another.Input(i))];

        Assert.All(Enumerable.Range(0, 500), i => Assert.Equal(backwards[^(i + 1)], one.Input(i)));
    }

    [Theory]
    [InlineData(8, "guests")]
    [InlineData(7, "decoder")]
    public void Input_OtherSeedOrArea_IsAnother(long seed, string area)
    {
        InputMaker one = new(7, "guests", Corpus);
        InputMaker another = new(seed, area, Corpus);

        int same = Enumerable
            .Range(Corpus.Length, 200)
            .Count(i => one.Input(i).AsSpan().SequenceEqual(another.Input(i)));

        Assert.InRange(same, 0, 40);
    }

    [Fact]
    public void Input_FirstOnes_AreTheCorpus()
    {
        InputMaker inputs = new(7, "guests", Corpus);

        Assert.Equal(Corpus, Enumerable.Range(0, Corpus.Length).Select(i => inputs.Input(i)));
    }

    [Fact]
    public void Input_CorpusThatIsDamaged_StaysAsItIs()
    {
        byte[][] before = [.. Corpus.Select(c => c.ToArray())];
        InputMaker inputs = new(7, "guests", Corpus);

        Assert.All(Enumerable.Range(0, 2000), i => inputs.Input(i));

        Assert.Equal(before, Corpus);
    }

    /// <summary>A damage that only breaks the framing never gets behind the decoder's first look.</summary>
    [Fact]
    public void Mutate_Sections_LengthsAreMended()
    {
        byte[] module = Corpus[0];
        Randomness random = new(1);
        int framed = 0;
        for (int i = 0; i < 1000; i++)
        {
            framed += IsFramed(SectionMutator.Mutate(module, Corpus[1], random)) ? 1 : 0;
        }

        Assert.InRange(framed, 700, 1000);
    }

    [Fact]
    public void Mutate_Text_BracketsMostlyMatch()
    {
        Randomness random = new(1);
        int matched = 0;
        for (int i = 0; i < 1000; i++)
        {
            byte[] text = TextMutator.Mutate(Corpus[2], Corpus[2], random);
            matched += text.Count(b => b == '(') == text.Count(b => b == ')') ? 1 : 0;
        }

        Assert.InRange(matched, 700, 1000);
    }

    [Theory]
    [InlineData("decoder")]
    [InlineData("topology")]
    [InlineData("lines")]
    [InlineData("varint")]
    public void Run_CorpusAndWhatBecomesOfIt_WithoutAFinding(string name)
    {
        FuzzArea area = FuzzArea.Named(name);
        IReadOnlyList<byte[]> corpus = area.Corpus();
        InputMaker inputs = new(1, name, corpus);

        bool[] taken = [.. Enumerable.Range(0, corpus.Count + 300).Select(i => area.Run(inputs.Input(i)))];

        Assert.Contains(true, taken);
        Assert.Contains(false, taken);
    }

    private static bool IsFramed(byte[] binary)
    {
        int at = 8;
        while (at < binary.Length)
        {
            if (!FireAndForget.Messages.Varint.TryRead(binary.AsSpan(at + 1), out ulong length, out int size))
            {
                return false;
            }

            at += 1 + size + (int)Math.Min(length, int.MaxValue / 2);
        }

        return at == binary.Length;
    }
}
