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
    public static string OneLine(string text) => PlainText.OneLine(text);
}
