using Xunit.v3;

namespace FireAndForget.Tests;

/// <summary>
/// Marks a test as one of a long matrix of which a few cells run with each commit and all each night. Where only some rows of a
/// theory do, they have the trait of this name and value.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
internal sealed class NightlyAttribute : Attribute, ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new(Nightly.Category, Nightly.Name)];
}

/// <summary>The trait by which the targets Test and Nightly tell tests apart.</summary>
internal static class Nightly
{
    public const string Category = "Category";

    public const string Name = "Nightly";
}
