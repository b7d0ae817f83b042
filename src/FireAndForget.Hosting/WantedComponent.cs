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

    /// <summary>Its options but for who it sends to and receives from.</summary>
    public string RestMark { get; }

    /// <summary>The patterns of one of its capabilities.</summary>
    public IEnumerable<string> Patterns(Capability capability) =>
        capability == Capability.SendsTo ? Options.SendsTo : Options.ReceivesFrom ?? ["*"];

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
        IList<string> sendsTo = options.SendsTo;
        string[]? receivesFrom = options.ReceivesFrom;
        options.SendsTo = [];
        options.ReceivesFrom = null;
        // Options as a person reads them leave the values of environment variables out.
        string rest =
            $"{options} {string.Join('\n', options.Wasi.Environment.OrderBy(v => v.Key, StringComparer.Ordinal))}";
        options.SendsTo = sendsTo;
        options.ReceivesFrom = receivesFrom;
        return rest;
    }
}
