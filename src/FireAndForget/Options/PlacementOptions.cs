using FireAndForget.Wording;

namespace FireAndForget;

/// <summary>Where a component runs in a cluster. A host by itself takes no notice.</summary>
public sealed class PlacementOptions
{
    /// <summary>The name of the silo. Default null: the cluster chooses one.</summary>
    public string? Silo { get; set; }

    /// <summary>The options as a person reads them, in a line.</summary>
    public override string ToString() => ValueText.Of((nameof(Silo), Silo));

    internal PlacementOptions Copy() => (PlacementOptions)MemberwiseClone();
}
