using FireAndForget.Tests.Fuzz.Mutation;
using FireAndForget.Tests.Fuzz.Running;

namespace FireAndForget.Tests.Fuzz.Areas;

/// <summary>
/// A part of the library or of faf that takes what others wrote. Anything but a clean load or a clean error, which is what its
/// documentation promises, is an exception of <see cref="Run"/>, and that is a finding.
/// </summary>
internal abstract class FuzzArea : IDisposable
{
    public static IReadOnlyList<FuzzArea> All { get; } =
    [
        new DecoderArea(),
        new TopologyArea(),
        new LineArea(),
        new VarintArea(),
        new GuestArea(),
        new ProposalArea(),
        new FrameArea(),
        new SettlementArea(),
    ];

    public abstract string Name { get; }

    /// <summary>Its share of the time, beside the others' shares.</summary>
    public abstract int Weight { get; }

    /// <summary>The folder of the corpus that it starts from.</summary>
    protected virtual string Folder => Name;

    /// <summary>Makes inputs beside those of the corpus, each decided by its numbers; null: there are none.</summary>
    protected virtual Func<Randomness, byte[]>? Generator => null;

    public static FuzzArea Named(string name) => All.First(area => area.Name == name);

    /// <summary>The inputs that it starts from, in the order of their files' names.</summary>
    public IReadOnlyList<byte[]> Corpus()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "Corpus", Folder);
        return Directory.Exists(folder)
            ? [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).Select(Prepare)]
            : [];
    }

    /// <summary>The inputs of this area that a seed decides.</summary>
    public InputMaker Inputs(long seed) => new(seed, Name, Corpus(), Generator);

    /// <summary>Runs an input.</summary>
    /// <returns>Whether it was taken; else it ended in a clean error.</returns>
    /// <exception cref="FindingException">It ended in something else that this area looks at.</exception>
    public abstract bool Run(byte[] input);

    /// <summary>What is still to be looked at behind the last input.</summary>
    /// <exception cref="FindingException">It is not as it should be.</exception>
    public virtual void Close() { }

    public void Dispose() => Close();

    /// <summary>An input of this area from a corpus file.</summary>
    protected virtual byte[] Prepare(byte[] file) => file;

    public static void Require(bool isSo, string otherwise)
    {
        if (!isSo)
        {
            throw new FindingException(otherwise);
        }
    }
}
