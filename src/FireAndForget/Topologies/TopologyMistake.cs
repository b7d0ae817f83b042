using FireAndForget.Topologies;

namespace FireAndForget;

/// <summary>One thing in a topology file that is not as it should be.</summary>
public sealed class TopologyMistake
{
    internal TopologyMistake(TextPosition position, string path, string message)
    {
        Line = position.Line;
        Column = position.Column;
        Path = path;
        Message = message;
    }

    /// <summary>The line, counted from 1.</summary>
    public int Line { get; }

    /// <summary>The column in the line, counted from 1, in UTF-16 characters as editors count them.</summary>
    public int Column { get; }

    /// <summary>The property, such as <c>components[3].limits.memory-bytes</c>; empty where it is the topology itself.</summary>
    public string Path { get; }

    /// <summary>What is wrong there, with which value, and what to do: a sentence.</summary>
    public string Message { get; }

    /// <summary>Place, property and message in one line.</summary>
    public override string ToString() =>
        Path.Length == 0
            ? $"line {Line}, column {Column}: {Message}"
            : $"line {Line}, column {Column}, {Path}: {Message}";
}
