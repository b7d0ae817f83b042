using System.Text;

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

    /// <summary>Text in which every run of white space and control characters is one space.</summary>
    public static string OneLine(string text)
    {
        StringBuilder line = new(text.Length);
        foreach (char c in text)
        {
            bool isGap = char.IsWhiteSpace(c) || char.IsControl(c);
            if (!isGap)
            {
                line.Append(c);
            }
            else if (line.Length != 0 && line[^1] != ' ')
            {
                line.Append(' ');
            }
        }

        return line.ToString().TrimEnd();
    }
}
