using FireAndForget.Guests.Direct;
using Xunit;

namespace FireAndForget.Tests.Guests;

/// <summary>The dictionaries of the package's stores, which are made smaller where they are known.</summary>
public class StoreCachesTests
{
    /// <summary>Another version of the package may have others: each component is a kibibyte larger then, and nothing else tells.</summary>
    [Fact]
    public void AreKnown_OfThePackageThatIsUsed() => Assert.True(StoreCaches.AreKnown);
}
