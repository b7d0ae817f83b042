namespace FireAndForget.Tests.Agreement;

/// <summary>What is played to a host: the guests on it, and what happens then, one step after the other.</summary>
/// <param name="Guests">The components, in the order in which they are added.</param>
/// <param name="Acts">The steps; all is pumped until nothing is left after the last one.</param>
internal sealed record Play(IReadOnlyList<Cast> Guests, IReadOnlyList<Act> Acts)
{
    /// <summary>One guest, which is called <c>guest</c>.</summary>
    public static Play Of(string file, params IEnumerable<Act> acts) => new([new("guest", file)], [.. acts]);

    public override string ToString() =>
        $"{string.Join(", ", Guests.Select(g => g.Name))}: {string.Join(", ", Acts.Select(a => a.Name))}";
}
