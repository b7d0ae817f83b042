// Horizontal bars on a logarithmic axis, ours in another colour: for comparing times that differ by powers of ten.

namespace FireAndForget.Reporting;

internal static class BarPlot
{
    private const int Width = 760;
    private const int LabelWidth = 330;
    private const int ValueWidth = 90;
    private const int Top = 44;
    private const int RowHeight = 24;

    public static string Draw(string title, IReadOnlyList<(string Label, double Value, bool IsOwn)> bars)
    {
        int bottom = Top + (bars.Count * RowHeight);
        var svg = new Svg(Width, bottom + 30, title);
        var scale = new LogScale(bars.Select(b => b.Value), LabelWidth, Width - LabelWidth - ValueWidth);
        foreach (double mark in scale.Marks)
        {
            svg.Line(scale.At(mark), Top - 6, scale.At(mark), bottom);
            svg.Text(scale.At(mark), bottom + 18, Show.Time(mark), "middle", "faint");
        }

        for (int i = 0; i < bars.Count; i++)
        {
            (string label, double value, bool isOwn) = bars[i];
            double y = Top + (i * RowHeight);
            double end = scale.At(value);
            svg.Text(LabelWidth - 8, y + 14, label, "end");
            svg.Bar(LabelWidth, y + 2, Math.Max(1, end - LabelWidth), RowHeight - 8, isOwn ? "own" : "bar");
            svg.Text(end + 6, y + 14, Show.Time(value), "start", "faint");
        }

        return svg.ToString();
    }
}
