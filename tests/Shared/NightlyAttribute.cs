using Xunit.v3;

namespace FireAndForget.Tests;

/// <summary>
/// Marks a test as one of a long matrix of which a few cells run with each commit and all each night. Rows of a theory have
/// no traits of their own unless a runner lists them one by one, so the rows of the night are a theory of their own.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
internal sealed class NightlyAttribute : Attribute, ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Category", "Nightly")];
}
