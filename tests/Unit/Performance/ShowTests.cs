using FireAndForget.Reporting;
using Xunit;

namespace FireAndForget.Tests.Performance;

/// <summary>How the documents write numbers.</summary>
public sealed class ShowTests
{
    [Theory]
    [InlineData(0.0, "0 %")]
    [InlineData(0.1, "+10 %")]
    [InlineData(1.0, "+100 %")]
    [InlineData(2.5, "3.50 × above")]
    [InlineData(3293.18, "3,294 × above")]
    [InlineData(-0.5, "−50 %")]
    [InlineData(-0.75, "4.00 × below")]
    [InlineData(null, "–")]
    public void Deviation_OfMoreThanTwice_IsAFactor(double? fraction, string shown) =>
        Assert.Equal(shown, Show.Deviation(fraction));
}
