namespace FireAndForget.Cli;

/// <summary>The topology file that a command was given.</summary>
internal static class TopologyFile
{
    /// <summary>Reads it.</summary>
    /// <exception cref="CommandException">It is missing or cannot be read.</exception>
    /// <exception cref="TopologyException">It is no topology.</exception>
    public static Topology Load(string file)
    {
        try
        {
            return Topology.Load(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                ExitCode.Failed,
                $"{file}: the topology cannot be read: {e.Message} Check the path."
            );
        }
    }
}
