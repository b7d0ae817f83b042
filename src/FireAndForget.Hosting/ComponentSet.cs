using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace FireAndForget.Hosting;

/// <summary>
/// A source of the components of a service's host: it says which components there should be, and when that may have changed.
/// </summary>
internal abstract class ComponentSet
{
    /// <summary>The name of the set in logs and errors.</summary>
    public abstract string Name { get; }

    /// <summary>Reads which components there should be.</summary>
    /// <param name="mistakes">Gets the mistakes, a sentence each. If there are any, the result must not be used.</param>
    public abstract WantedComponents Read(ICollection<string> mistakes);

    /// <summary>Calls back when what there should be may have changed; null: that never happens.</summary>
    public virtual IDisposable? Watch(Action changed) => null;

    protected static WantedComponents Of(Topology topology) =>
        new(
            [.. topology.Components.Select(c => new WantedComponent(c.Id, c.Source, c.Options, c.Source.Name))],
            topology.Endpoints
        )
        {
            Subscriptions = topology.Subscriptions,
        };
}

/// <summary>What a set contains: its components, and the endpoints that it needs.</summary>
internal sealed record WantedComponents(IReadOnlyList<WantedComponent> Components, IReadOnlyList<string> Endpoints)
{
    public static WantedComponents None { get; } = new([], []);

    /// <summary>The topics to which endpoints subscribe, by the endpoints' ids.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Subscriptions { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>();
}

/// <summary>A component added in code.</summary>
/// <param name="id">Its id.</param>
/// <param name="source">Where its WebAssembly comes from.</param>
/// <param name="configure">Sets its options; null: the defaults.</param>
/// <param name="file">The file that the source is; null: it is none.</param>
internal sealed class SingleComponentSet(
    string id,
    ComponentSource source,
    Action<ComponentOptions>? configure,
    string? file = null
) : ComponentSet
{
    public override string Name => "the service's code";

    public override WantedComponents Read(ICollection<string> mistakes)
    {
        ComponentOptions options = new();
        try
        {
            configure?.Invoke(options);
        }
        catch (ArgumentException e)
        {
            mistakes.Add($"Component '{id}': {e.Message}");
        }

        return new([new(id, source, options, file)], []);
    }
}

/// <summary>The components of a configuration section.</summary>
internal sealed class ConfigurationSet(IConfiguration section, string folder) : ComponentSet
{
    public override string Name =>
        section is IConfigurationSection named ? $"configuration section '{named.Path}'" : "the configuration";

    public override WantedComponents Read(ICollection<string> mistakes) =>
        ConfigurationTopology.Read(section, folder, mistakes) is { } topology ? Of(topology) : WantedComponents.None;

    public override IDisposable Watch(Action changed) => ChangeToken.OnChange(section.GetReloadToken, changed);
}

/// <summary>The components of a topology file.</summary>
internal sealed class TopologyFileSet(string path, bool isWatched) : ComponentSet
{
    public override string Name => path;

    public override WantedComponents Read(ICollection<string> mistakes)
    {
        if (FileLook.At(path).Refusal is { } refusal)
        {
            mistakes.Add(refusal);
            return WantedComponents.None;
        }

        try
        {
            return Of(Topology.Load(path));
        }
        catch (TopologyException e) when (e.Mistakes.Count != 0)
        {
            foreach (TopologyMistake mistake in e.Mistakes)
            {
                mistakes.Add($"{path}, {mistake}");
            }
        }
        catch (Exception e) when (e is TopologyException or IOException or UnauthorizedAccessException)
        {
            mistakes.Add(e.Message);
        }

        return WantedComponents.None;
    }

    public override IDisposable? Watch(Action changed) =>
        isWatched
            ? new FolderWatcher(
                Path.GetDirectoryName(path)!,
                name => name.Equals(Path.GetFileName(path), StringComparison.OrdinalIgnoreCase),
                changed
            )
            : null;
}

/// <summary>The files of a folder of plug-ins.</summary>
internal sealed class PluginFolderSet(string folder, PluginFolderOptions options) : ComponentSet
{
    public override string Name => folder;

    public override WantedComponents Read(ICollection<string> mistakes)
    {
        List<WantedComponent> components = [];
        try
        {
            foreach (string file in Directory.GetFiles(folder).Order(StringComparer.Ordinal))
            {
                string name = Path.GetFileName(file);
                if (IsPlugin(name))
                {
                    components.Add(new(IdOf(name), ComponentSource.FromFile(file), options.OptionsOf(name), file));
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            mistakes.Add($"The folder of plug-ins {folder}: {e.Message}");
        }

        return new(components, []);
    }

    public override IDisposable Watch(Action changed) => new FolderWatcher(folder, IsPlugin, changed);

    private static bool IsPlugin(string name) => Path.GetExtension(name) is ".wasm" or ".wat";

    private static string IdOf(string name) => Path.GetFileNameWithoutExtension(name).ToLowerInvariant();
}
