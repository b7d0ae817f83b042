using System.Text.Json;

namespace FireAndForget.Topologies;

/// <summary>
/// What a JSON reader complains of, as a sentence for the user of a file: without the reader's own positions, which count
/// otherwise, and without its own terms. The command line, which reads JSON too, uses it.
/// </summary>
internal static class JsonProblem
{
    public static string Of(JsonException error)
    {
        string message = error.Message;
        int positions = message.LastIndexOf(" LineNumber:", StringComparison.Ordinal);
        string problem = WithoutTheRest((positions < 0 ? message : message[..positions]).TrimEnd('.'));
        bool isEmpty = problem.StartsWith("The input does not contain any JSON tokens", StringComparison.Ordinal);
        bool isCut = problem.StartsWith("Expected depth to be zero at the end", StringComparison.Ordinal);
        return isEmpty ? "nothing stands here"
            : isCut ? "this is no JSON: it ends before every object and list is closed"
            : $"this is no JSON: {problem}";
    }

    /// <summary>The reader calls all that follows a wrong word, to the end of the file, an invalid literal.</summary>
    private static string WithoutTheRest(string problem)
    {
        int end = problem.LastIndexOf("' is an invalid JSON literal", StringComparison.Ordinal);
        int word = 1;
        while (word < end && char.IsAsciiLetterOrDigit(problem[word]))
        {
            word++;
        }

        return end < 0 ? problem : problem.Remove(word, end - word);
    }
}
