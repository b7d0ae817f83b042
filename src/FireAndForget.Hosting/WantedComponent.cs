using System.Globalization;

namespace FireAndForget.Hosting;

/// <summary>A component as it should be, with two marks, by which a change is found when the set is read again.</summary>
internal sealed class WantedComponent
{
    public WantedComponent(string id, ComponentSource source, ComponentOptions options)
    {
        Id = id;
        Source = source;
        Options = options;
        FileMark = MarkOf(source.Name);
        RestMark = RestOf(options);
    }

    public string Id { get; }

    public ComponentSource Source { get; }

    public ComponentOptions Options { get; }

    /// <summary>The source of its WebAssembly, with a file's length and time of change.</summary>
    public string FileMark { get; }

    /// <summary>All of its options except for its capabilities, as text.</summary>
    public string RestMark { get; }

    /// <summary>The patterns of one of its capabilities.</summary>
    public IEnumerable<string> Patterns(Capability capability) =>
        capability switch
        {
            Capability.SendsTo => Options.SendsTo,
            Capability.ReceivesFrom => Options.ReceivesFrom ?? ["*"],
            Capability.PublishesTo => Options.PublishesTo,
            _ => Options.SubscribesTo,
        };

    private static string MarkOf(string file)
    {
        try
        {
            FileInfo info = new(file);
            return info.Exists
                ? string.Create(CultureInfo.InvariantCulture, $"{file} {info.Length} {info.LastWriteTimeUtc.Ticks}")
                : file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // The file cannot be read; loading it reports why.
            return file;
        }
    }

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
