using FireAndForget.Reporting;
using Xunit;

namespace FireAndForget.Tests.Performance;

/// <summary>Measurements, and how they are stored.</summary>
public sealed class MeasurementTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("measurements-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void OfSamples_UnevenSamples_AreTheirMedianBestAndHigh()
    {
        var measurement = Measurement.OfSamples("name", "case", 16, "ns", [5, 1, 2, 100, 3]);

        Assert.Equal(3, measurement.Value);
        Assert.Equal(1, measurement.Best);
        Assert.Equal(81, measurement.High, precision: 6);
        Assert.Equal(5, measurement.Samples);
        Assert.Equal([5, 1, 2, 100, 3], measurement.Raw);
    }

    [Fact]
    public void At_PercentileOfADistribution_IsItsValue()
    {
        var distribution = Measurement.OfSamples(Names.Distribution, "", 16, "ns", [1]) with
        {
            Raw = [.. Names.Percentiles.Select((_, i) => (double)i)],
        };

        Assert.Equal(3, distribution.At(50));
        Assert.Equal(7, distribution.At(99));
        Assert.Null(distribution.At(12));
        Assert.Null((distribution with { Raw = [1, 2] }).At(99));
    }

    [Fact]
    public void Write_Measurements_AreReadAsTheyWere()
    {
        var first = Measurement.OfSamples("a", "", null, "ns", [1, 2]);
        Measurement second = Measurement.OfSamples("a", "Channel<byte[]>", 16, "ns", [3]) with { AllocatedBytes = 0 };

        ResultJson.Write(_directory, "part", [first, second]);
        ResultJson.Write(_directory, StoredRun.Circumstances);
        RunResults read = RunResults.Read(_directory);

        Assert.Equivalent(new[] { first, second }, read.All("a"), strict: true);
        Assert.Equivalent(StoredRun.Circumstances, read.Run, strict: true);
        Assert.Equal(3, read.Find("a", "Channel<byte[]>", 16)!.Value);
        Assert.Null(read.Find("a", "Channel<byte[]>"));
        Assert.Equal(4, File.ReadAllLines(Path.Combine(_directory, "part.json")).Length);
    }
}
