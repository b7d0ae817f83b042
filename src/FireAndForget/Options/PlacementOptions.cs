using FireAndForget.Wording;

namespace FireAndForget;

/// <summary>On which host of a cluster a component runs. A single host takes no notice.</summary>
public sealed class PlacementOptions
{
    /// <summary>The name of the host. Default null: any.</summary>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public string? Silo
    {
        get;
        set => field = Check.NotEmpty(value);
    }

    /// <summary>The options as a person reads them, in a line.</summary>
    public override string ToString() => ValueText.Of((nameof(Silo), (object?)Silo ?? "any"));

    internal PlacementOptions Copy() => (PlacementOptions)MemberwiseClone();
}
