namespace FireAndForget.Cli;

/// <summary>What <c>faf run</c> was asked to do.</summary>
/// <param name="Topology">The topology file.</param>
/// <param name="Messages">The file with the message lines; <c>-</c>: standard input.</param>
/// <param name="Quiet">Write the summary only.</param>
/// <param name="Time">When to stop, counted from when everything is loaded; null: when all is settled.</param>
/// <param name="Verbose">Say on standard error what goes on.</param>
internal sealed record RunSettings(string Topology, string Messages, bool Quiet, TimeSpan? Time, bool Verbose);
