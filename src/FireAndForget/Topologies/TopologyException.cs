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

    internal TopologyException(string file, int line, string problem, Exception? innerException = null)
        : base($"{file}, line {line}: {problem}", innerException)
    {
        File = file;
        Line = line;
    }

    /// <summary>The topology file, as it was named to <see cref="Topology.Load"/>.</summary>
    public string File { get; } = "";

    /// <summary>The line, counted from 1; 0 where there is none.</summary>
    public int Line { get; }
}
