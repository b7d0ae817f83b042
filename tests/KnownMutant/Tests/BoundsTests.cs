using Xunit;

namespace FireAndForget.KnownMutant;

/// <summary>Kills whatever is done to the comparison.</summary>
public class BoundsTests
{
    [Theory]
    [InlineData(1, 2, false)]
    [InlineData(2, 2, false)]
    [InlineData(3, 2, true)]
    public void IsOver_AroundTheMost_IsWhetherItIsMore(int length, int most, bool isOver) =>
        Assert.Equal(isOver, Bounds.IsOver(length, most));
}
