namespace FireAndForget.Cli;

/// <summary>
/// <c>faf check</c>: reads a topology and every component's file without running anything, and writes each mistake and each warning as a
/// line to standard output.
/// </summary>
internal sealed class CheckCommand(string file)
{
    private int _exitCode = ExitCode.Done;

    /// <summary>Checks the topology and its files.</summary>
    /// <returns>The exit code: wrong usage where there is a mistake, failed where no more than a file cannot be read.</returns>
    /// <exception cref="CommandException">The topology itself cannot be read.</exception>
    public int Run()
    {
        Topology topology;
        try
        {
            topology = TopologyFile.Load(file);
        }
        catch (TopologyException e)
        {
            foreach (TopologyMistake mistake in e.Mistakes)
            {
                Write("mistake", $"{e.File}, {mistake}");
            }

            return ExitCode.WrongUsage;
        }

        foreach (string warning in topology.Warnings)
        {
            Write("warning", warning);
        }

        foreach (
            var same in topology.Components.GroupBy(c =>
                (
                    c.Source,
                    GrantsFolders: c.Options.Wasi.Directories.Count != 0,
                    string.Join(' ', c.Options.Wasi.Refuse)
                )
            )
        )
        {
            CheckFile(same.Key.Source, same.First().Options.Wasi, [.. same.Select(component => component.Id)]);
        }

        string[] subscriptions =
        [
            .. topology.Components.SelectMany(c => c.Options.SubscribesTo),
            .. topology.Subscriptions.Values.SelectMany(patterns => patterns),
        ];
        string[] publications =
        [
            .. topology.Components.SelectMany(c => c.Options.PublishesTo),
            // Endpoints may publish anywhere.
            .. topology.Endpoints.Take(1).Select(_ => "*"),
        ];
        HashSet<string> everybody = [.. topology.Components.Select(c => c.Id), .. topology.Endpoints];
        foreach (TopologyComponent component in topology.Components)
        {
            CheckFolders(component);
            CheckPatterns(component.Id, "sends-to", "so it reaches nobody there", component.Options.SendsTo, everybody);
            CheckPatterns(
                component.Id,
                "receives-from",
                "so nobody reaches it by that",
                component.Options.ReceivesFrom ?? [],
                everybody
            );
            CheckTopics(
                component.Id,
                "publishes-to",
                "nobody subscribes to",
                component.Options.PublishesTo,
                subscriptions
            );
            CheckTopics(
                component.Id,
                "subscribes-to",
                "nobody publishes to",
                component.Options.SubscribesTo,
                publications
            );
        }

        return _exitCode;
    }

    /// <summary>Checks whether a file can be hosted, once for all components that are made of it and granted the like.</summary>
    private void CheckFile(ComponentSource source, WasiOptions wasi, IReadOnlyList<string> components)
    {
        string owners = $"{(components.Count == 1 ? "component" : "components")} {string.Join(", ", components)}";
        try
        {
            if (ComponentInspection.Of(source, wasi).Refusal is { } refusal)
            {
                Mistake($"{file}, {owners}: {source.Name}: cannot be hosted: {refusal}");
            }
        }
        catch (ComponentLoadException e)
        {
            if (e.InnerException is IOException or UnauthorizedAccessException)
            {
                _exitCode = Math.Max(_exitCode, ExitCode.Failed);
                Write("mistake", $"{file}, {owners}: {e.Message}");
            }
            else
            {
                Mistake($"{file}, {owners}: {e.Message}");
            }
        }
    }

    private void CheckFolders(TopologyComponent component)
    {
        foreach (WasiDirectory directory in component.Options.Wasi.Directories)
        {
            if (!Directory.Exists(directory.Host))
            {
                Mistake(
                    $"{file}, component {component.Id}, directories: the folder '{directory.Host}' of the host is not there; "
                        + "make it, or change directories."
                );
            }
        }
    }

    private void CheckPatterns(
        string id,
        string property,
        string consequence,
        IEnumerable<string> patterns,
        HashSet<string> everybody
    )
    {
        foreach (string pattern in patterns)
        {
            if (pattern.EndsWith('*'))
            {
                string prefix = pattern[..^1];
                if (prefix.Length != 0 && !everybody.Any(other => other.StartsWith(prefix, StringComparison.Ordinal)))
                {
                    Write(
                        "warning",
                        $"{file}, component {id}, {property}: no component and no endpoint matches '{pattern}', {consequence}."
                    );
                }
            }
            else if (!everybody.Contains(pattern))
            {
                Write(
                    "warning",
                    $"{file}, component {id}, {property}: no component and no endpoint is '{pattern}', {consequence}."
                );
            }
        }
    }

    /// <summary>Warns of published topics without a subscriber, and of subscriptions without a publisher.</summary>
    private void CheckTopics(string id, string property, string problem, IEnumerable<string> patterns, string[] others)
    {
        foreach (string pattern in patterns.Where(pattern => !others.Any(other => Overlap(pattern, other))))
        {
            Write("warning", $"{file}, component {id}, {property}: {problem} '{pattern}'.");
        }
    }

    /// <summary>Whether a topic may match both patterns.</summary>
    private static bool Overlap(string one, string other) =>
        (one.EndsWith('*'), other.EndsWith('*')) switch
        {
            (true, true) => StartsWith(one[..^1], other[..^1]) || StartsWith(other[..^1], one[..^1]),
            (true, false) => StartsWith(other, one[..^1]),
            (false, true) => StartsWith(one, other[..^1]),
            _ => one == other,
        };

    private static bool StartsWith(string text, string prefix) => text.StartsWith(prefix, StringComparison.Ordinal);

    private void Mistake(string text)
    {
        _exitCode = ExitCode.WrongUsage;
        Write("mistake", text);
    }

    private static void Write(string kind, string text) => Console.Out.WriteLine($"{kind}: {ErrorLine.OneLine(text)}");
}
