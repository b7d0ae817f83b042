using System.Text;
using FireAndForget.Wording;

namespace FireAndForget.Cli;

/// <summary>Writes errors to standard error, one line each, whatever characters the text contains.</summary>
internal static class ErrorLine
{
    /// <summary>Writes an error.</summary>
    /// <returns>The exit code, as it was given.</returns>
    public static int Write(string message, int exitCode)
    {
        Console.Error.WriteLine(OneLine(message));
        return exitCode;
    }

    /// <summary>The text with every run of white space as one space, and with everything escaped that is not plain text.</summary>
    public static string OneLine(string text)
    {
        StringBuilder line = new(text.Length);
        foreach (char c in text)
        {
            if (!char.IsWhiteSpace(c))
            {
                line.Append(c);
            }
            else if (line.Length != 0 && line[^1] != ' ')
            {
                line.Append(' ');
            }
        }

        return PlainText.Escape(line.ToString().TrimEnd());
    }
}
