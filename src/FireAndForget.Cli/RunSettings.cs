namespace FireAndForget.Cli;

/// <summary>What <c>faf run</c> was asked to do.</summary>
/// <param name="Topology">The topology file.</param>
/// <param name="Messages">The file with the message lines; <c>-</c>: standard input.</param>
/// <param name="Quiet">Write the summary only.</param>
/// <param name="Wait">Let a message wait for room in its target's mailbox.</param>
/// <param name="Text">Write messages in UTF-8 as text, too.</param>
/// <param name="Time">When to stop, counted from when everything is loaded; null: when all is settled.</param>
/// <param name="Verbose">Say on standard error what goes on.</param>
/// <param name="Watch">Show a live table, where a person sees it.</param>
/// <param name="FailOnDeadLetter">End with an exit code of its own where a message was not handled.</param>
/// <param name="MetricsPort">Where to serve metrics; null: nowhere.</param>
/// <param name="PagePort">Where to serve a page; null: nowhere.</param>
internal sealed record RunSettings(
    string Topology,
    string Messages,
    bool Quiet,
    bool Wait,
    bool Text,
    TimeSpan? Time,
    bool Verbose,
    bool Watch,
    bool FailOnDeadLetter,
    int? MetricsPort,
    int? PagePort
);
