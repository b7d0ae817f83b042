using System.IO.Enumeration;

namespace FireAndForget.Hosting;

/// <summary>What the components of a folder of plug-ins may do.</summary>
public sealed class PluginFolderOptions
{
    private readonly List<(string Pattern, Action<ComponentOptions> Configure)> _rules = [];

    /// <summary>Sets the options of the files whose name matches a pattern. Where several do, each is applied, in their order.</summary>
    /// <param name="pattern">A file name in which <c>*</c> stands for any characters and <c>?</c> for one, such as <c>audit-*.wasm</c>.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>These options.</returns>
    /// <exception cref="ArgumentException">The pattern is null or empty, or the delegate is null.</exception>
    public PluginFolderOptions For(string pattern, Action<ComponentOptions> configure)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        ArgumentNullException.ThrowIfNull(configure);
        _rules.Add((pattern, configure));
        return this;
    }

    internal ComponentOptions OptionsOf(string fileName)
    {
        ComponentOptions options = new();
        foreach ((string pattern, Action<ComponentOptions> configure) in _rules)
        {
            if (FileSystemName.MatchesSimpleExpression(pattern, fileName))
            {
                configure(options);
            }
        }

        return options;
    }
}
