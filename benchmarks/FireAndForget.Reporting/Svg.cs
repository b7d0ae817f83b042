// The frame that all plots share: a drawing that takes its colours from the reader's light or dark scheme.

using System.Globalization;
using System.Text;

namespace FireAndForget.Reporting;

internal sealed class Svg(int width, int height, string title)
{
    /// <summary>How many colours there are for series.</summary>
    public const int SeriesColors = 4;

    private const string Style = """
          <style>
            text { font: 12px system-ui, sans-serif; fill: #1f2328; }
            .title { font-size: 14px; font-weight: 600; }
            .faint { fill: #59636e; }
            .grid { stroke: #d1d9e0; stroke-width: 1; }
            .bar { fill: #8c959f; }
            .own { fill: #0969da; }
            .s0 { stroke: #0969da; fill: #0969da; }
            .s1 { stroke: #bc4c00; fill: #bc4c00; }
            .s2 { stroke: #1a7f37; fill: #1a7f37; }
            .s3 { stroke: #8250df; fill: #8250df; }
            path { fill: none !important; stroke-width: 2; }
            @media (prefers-color-scheme: dark) {
              text { fill: #f0f6fc; }
              .faint { fill: #9198a1; }
              .grid { stroke: #3d444d; }
              .bar { fill: #656c76; }
              .own { fill: #4493f8; }
              .s0 { stroke: #4493f8; fill: #4493f8; }
              .s1 { stroke: #f0883e; fill: #f0883e; }
              .s2 { stroke: #3fb950; fill: #3fb950; }
              .s3 { stroke: #ab7df8; fill: #ab7df8; }
            }
          </style>

        """;

    private readonly StringBuilder _content = new();

    public void Text(double x, double y, string text, string anchor = "start", string @class = "") =>
        Add($"<text x=\"{N(x)}\" y=\"{N(y)}\" text-anchor=\"{anchor}\" class=\"{@class}\">{Escaped(text)}</text>");

    public void Line(double x1, double y1, double x2, double y2) =>
        Add($"<line x1=\"{N(x1)}\" y1=\"{N(y1)}\" x2=\"{N(x2)}\" y2=\"{N(y2)}\" class=\"grid\"/>");

    public void Bar(double x, double y, double barWidth, double barHeight, string @class) =>
        Add(
            $"<rect x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(barWidth)}\" height=\"{N(barHeight)}\" rx=\"2\" class=\"{@class}\"/>"
        );

    public void Path(IReadOnlyList<(double X, double Y)> points, string @class)
    {
        Add(
            $"<path d=\"{string.Join(' ', points.Select((p, i) => $"{(i == 0 ? 'M' : 'L')}{N(p.X)} {N(p.Y)}"))}\" class=\"{@class}\"/>"
        );
        foreach ((double x, double y) in points)
        {
            Add($"<circle cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"3\" class=\"{@class}\"/>");
        }
    }

    public override string ToString() =>
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n"
        + $"  <title>{Escaped(title)}</title>\n{Style}"
        + $"  <text x=\"16\" y=\"24\" class=\"title\">{Escaped(title)}</text>\n{_content}</svg>\n";

    private static string N(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Escaped(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    private void Add(string element) => _content.Append("  ").Append(element).Append('\n');
}
