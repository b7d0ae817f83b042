// One small file that asks for much, and how faf is given it.

using FireAndForget.Reporting;

namespace FireAndForget.Containment;

/// <param name="Name">What the results call it.</param>
/// <param name="Does">What is in it, or what it does.</param>
/// <param name="Lay">Writes it into a folder, and says with which arguments faf meets it.</param>
internal sealed record Bomb(string Name, string Does, Func<BombFolder, IReadOnlyList<string>> Lay)
{
    /// <summary>Whether what faf writes to standard output is read.</summary>
    public bool IsOutputRead { get; init; } = true;

    /// <summary>How a faf ends that has what this bomb needs.</summary>
    public BombEnd Expected { get; init; } = BombEnd.Failed;
}
