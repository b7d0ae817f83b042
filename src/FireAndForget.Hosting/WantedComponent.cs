using System.Globalization;

namespace FireAndForget.Hosting;

/// <summary>A component as it should be, and the marks by which a later reading of it is told from this one.</summary>
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

    /// <summary>Where its WebAssembly is, and what says that the file changed.</summary>
    public string FileMark { get; }

    /// <summary>Its options but for its capabilities.</summary>
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
            // Loading says what is wrong with it.
            return file;
        }
    }

    private static string RestOf(ComponentOptions options)
    {
        (IList<string> sendsTo, string[]? receivesFrom) = (options.SendsTo, options.ReceivesFrom);
        (IList<string> publishesTo, IList<string> subscribesTo) = (options.PublishesTo, options.SubscribesTo);
        (options.SendsTo, options.ReceivesFrom) = ([], null);
        (options.PublishesTo, options.SubscribesTo) = ([], []);
        // Options as a person reads them leave out the values of environment variables and of what a component is configured with.
        string rest = $"{options} {Lines(options.Wasi.Environment)} {Lines(options.Config)}";
        (options.SendsTo, options.ReceivesFrom) = (sendsTo, receivesFrom);
        (options.PublishesTo, options.SubscribesTo) = (publishesTo, subscribesTo);
        return rest;
    }

    private static string Lines(IDictionary<string, string> values) =>
        string.Join('\n', values.OrderBy(v => v.Key, StringComparer.Ordinal));
}
