namespace FireAndForget.Hosting;

/// <summary>A component as it should be, with two marks, by which a change is found when the set is read again.</summary>
internal sealed class WantedComponent
{
    /// <summary>A component as it should be now.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="source">Where its WebAssembly comes from.</param>
    /// <param name="options">Its options.</param>
    /// <param name="file">The file that the source is; null: it is none.</param>
    public WantedComponent(string id, ComponentSource source, ComponentOptions options, string? file)
    {
        Id = id;
        Source = source;
        Options = options;
        (FileMark, Refusal) = file is null ? new FileLook(source.Name, null) : FileLook.At(file);
        RestMark = RestOf(options);
    }

    public string Id { get; }

    public ComponentSource Source { get; }

    public ComponentOptions Options { get; }

    /// <summary>The source of its WebAssembly, with a file's length and time of change.</summary>
    public string FileMark { get; }

    /// <summary>Why its file is not to be opened; null where it may be.</summary>
    public string? Refusal { get; }

    /// <summary>All of its options except for its capabilities, as text.</summary>
    public string RestMark { get; }

    /// <summary>Whether nothing but its capabilities may differ.</summary>
    public bool HasSameMarks(WantedComponent other) => FileMark == other.FileMark && RestMark == other.RestMark;

    /// <summary>The patterns of one of its capabilities.</summary>
    public IEnumerable<string> Patterns(Capability capability) =>
        capability switch
        {
            Capability.SendsTo => Options.SendsTo,
            Capability.ReceivesFrom => Options.ReceivesFrom ?? ["*"],
            Capability.PublishesTo => Options.PublishesTo,
            _ => Options.SubscribesTo,
        };

    private static string RestOf(ComponentOptions options)
    {
        (IList<string> sendsTo, string[]? receivesFrom) = (options.SendsTo, options.ReceivesFrom);
        (IList<string> publishesTo, IList<string> subscribesTo) = (options.PublishesTo, options.SubscribesTo);
        (options.SendsTo, options.ReceivesFrom) = ([], null);
        (options.PublishesTo, options.SubscribesTo) = ([], []);
        // The text of options leaves out the values of environment variables and of the component's configuration, so they are
        // added.
        string rest = $"{options} {Lines(options.Wasi.Environment)} {Lines(options.Config)}";
        (options.SendsTo, options.ReceivesFrom) = (sendsTo, receivesFrom);
        (options.PublishesTo, options.SubscribesTo) = (publishesTo, subscribesTo);
        return rest;
    }

    private static string Lines(IDictionary<string, string> values) =>
        string.Join('\n', values.OrderBy(v => v.Key, StringComparer.Ordinal));
}
