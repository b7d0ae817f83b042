using Xunit;

namespace FireAndForget.Tests;

/// <summary>Tests beside which no others may run, because what they do changes every host of the process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
