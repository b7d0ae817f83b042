// Lines over named steps on a logarithmic axis of time: percentiles, growth, sizes of messages.

namespace FireAndForget.Reporting;

internal static class LinePlot
{
    private const int Width = 760;
    private const int Height = 340;
    private const int Left = 80;
    private const int Right = 20;
    private const int Top = 70;
    private const int Bottom = 40;

    /// <summary>Draws series of nanoseconds, one value for each step; what was not measured is left out.</summary>
    public static string Draw(
        string title,
        IReadOnlyList<string> steps,
        IReadOnlyList<(string Name, IReadOnlyList<double?> Nanoseconds)> series
    )
    {
        var svg = new Svg(Width, Height, title);
        double[] values = [.. series.SelectMany(s => s.Nanoseconds).OfType<double>().Where(v => v > 0)];
        var scale = new LogScale(values, Height - Bottom, Top + Bottom - Height);
        foreach (double mark in scale.Marks)
        {
            svg.Line(Left, scale.At(mark), Width - Right, scale.At(mark));
            svg.Text(Left - 8, scale.At(mark) + 4, Show.Time(mark), "end", "faint");
        }

        double step = (double)(Width - Left - Right) / steps.Count;
        double X(int i) => Left + (step * (i + 0.5));
        for (int i = 0; i < steps.Count; i++)
        {
            svg.Text(X(i), Height - Bottom + 20, steps[i], "middle", "faint");
        }

        double legend = Left;
        for (int s = 0; s < series.Count; s++)
        {
            string color = $"s{s % Svg.SeriesColors}";
            svg.Bar(legend, 40, 10, 10, color);
            svg.Text(legend + 16, 50, series[s].Name);
            legend += 40 + (series[s].Name.Length * 7);
            svg.Path(
                [
                    .. series[s]
                        .Nanoseconds.Select((v, i) => (X(i), v))
                        .Where(p => p.v > 0)
                        .Select(p => (p.Item1, scale.At(p.v!.Value))),
                ],
                color
            );
        }

        return svg.ToString();
    }
}
