// A logarithmic axis: where a value lies on it, and which values are marked.

namespace FireAndForget.Reporting;

internal sealed class LogScale
{
    private readonly double _least;
    private readonly double _decades;
    private readonly double _start;
    private readonly double _length;

    /// <summary>An axis from the power of ten below the least value to the one above the greatest.</summary>
    /// <param name="values">The values, all positive.</param>
    /// <param name="start">Where the axis starts.</param>
    /// <param name="length">Its length; negative where it goes up.</param>
    public LogScale(IEnumerable<double> values, double start, double length)
    {
        double[] all = [.. values.DefaultIfEmpty(1)];
        _least = Math.Floor(Math.Log10(all.Min()));
        _decades = Math.Max(1, Math.Ceiling(Math.Log10(all.Max())) - _least);
        _start = start;
        _length = length;
    }

    public IEnumerable<double> Marks => Enumerable.Range(0, (int)_decades + 1).Select(i => Math.Pow(10, _least + i));

    public double At(double value) => _start + (_length * (Math.Log10(value) - _least) / _decades);
}
