namespace FireAndForget;

/// <summary>A topology file is not as it should be. Nothing was loaded.</summary>
public sealed class TopologyException : Exception
{
    /// <summary>An exception that says nothing but that the topology is wrong.</summary>
    public TopologyException()
        : this("The topology is not as it should be.") { }

    /// <summary>An exception with what was wrong and what to do.</summary>
    /// <param name="message">The file and line, what is wrong there and what to do.</param>
    public TopologyException(string message)
        : base(message) { }

    /// <summary>An exception with what was wrong, what to do, and the error behind it.</summary>
    /// <param name="message">The file and line, what is wrong there and what to do.</param>
    /// <param name="innerException">The error behind it.</param>
    public TopologyException(string message, Exception? innerException)
        : base(message, innerException) { }

    internal TopologyException(string file, IReadOnlyList<TopologyMistake> mistakes, Exception? innerException)
        : base(string.Join('\n', mistakes.Select(mistake => $"{file}, {mistake}")), innerException)
    {
        File = file;
        Mistakes = mistakes;
    }

    /// <summary>The topology file, as it was named to <see cref="Topology.Load"/>.</summary>
    public string File { get; } = "";

    /// <summary>
    /// All mistakes of the file in its order; <see cref="Exception.Message"/> has a line for each. A file with more than 1,000 shows
    /// those that were found first, and the last one says how many more there are. What is no JSON at all ends the reading.
    /// </summary>
    public IReadOnlyList<TopologyMistake> Mistakes { get; } = [];

    /// <summary>The line of the first mistake, counted from 1; 0 where there is none.</summary>
    public int Line => Mistakes.Count == 0 ? 0 : Mistakes[0].Line;
}
