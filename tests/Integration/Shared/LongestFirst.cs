using FireAndForget.Tests;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace FireAndForget.Tests;

/// <summary>
/// Starts the collections first that take longest: tests of one collection run one after the other, and if the longest began last, all but one
/// processor would have nothing to do at the end.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long = [CSharpProject.Collection, nameof(HostileGuestTests)];

    /// <inheritdoc/>
    public IReadOnlyCollection<T> OrderTestCollections<T>(IReadOnlyCollection<T> testCollections)
        where T : ITestCollection =>
        [
            .. testCollections.OrderByDescending(collection =>
                Long.Any(name => collection.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal))
            ),
        ];
}
