using System.Globalization;
using System.Text;

namespace FireAndForget.Cli;

/// <summary>
/// Shows lines at the end of a terminal's output, and overwrites them with the next ones: with one write and without clearing the
/// screen, so that nothing flickers and what is above stays. The cursor is left below them.
/// </summary>
/// <param name="terminal">The terminal, which knows the sequences of ECMA-48.</param>
internal sealed class LiveLines(TextWriter terminal)
{
    private IReadOnlyList<string> _shown = [];

    /// <summary>Shows lines in the place of those that are shown.</summary>
    /// <param name="lines">The lines; none may be as wide as the terminal.</param>
    /// <param name="width">How many characters a line of the terminal has now; it may have been resized.</param>
    public void Show(IReadOnlyList<string> lines, int width)
    {
        StringBuilder text = new();
        // A terminal that has become narrower has broken a line into several.
        int up = _shown.Sum(line => Math.Max(1, (line.Length + width - 1) / width));
        if (up != 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\e[{up}A");
        }

        foreach (string line in lines)
        {
            text.Append('\r').Append(line).Append("\e[K\n");
        }

        terminal.Write(text.Append("\e[J"));
        terminal.Flush();
        _shown = lines;
    }
}
