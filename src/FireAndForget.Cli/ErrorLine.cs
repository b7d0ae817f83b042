using System.Text;
using FireAndForget.Wording;

namespace FireAndForget.Cli;

/// <summary>Errors as standard error gets them: one line each, whatever the text behind it holds.</summary>
internal static class ErrorLine
{
    /// <summary>Writes an error.</summary>
    /// <returns>The exit code, as it was given.</returns>
    public static int Write(string message, int exitCode)
    {
        Console.Error.WriteLine(OneLine(message));
        return exitCode;
    }

    /// <summary>Text in which every run of white space is one space, and what is not plain is escaped.</summary>
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
