using Xunit;

namespace FireAndForget.Tests;

/// <summary>Tests that want the processors for themselves.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
