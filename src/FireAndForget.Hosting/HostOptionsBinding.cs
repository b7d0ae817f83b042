using Microsoft.Extensions.Configuration;

namespace FireAndForget.Hosting;

/// <summary>
/// Binds options of the host value by value, so that all mistakes are reported: the binders of .NET stop at the first one, and
/// ignore names that they do not know.
/// </summary>
internal static class HostOptionsBinding
{
    private static readonly Dictionary<string, Type> Groups = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(MessagingHostOptions.CompileCache)] = typeof(CompileCacheOptions),
        [nameof(MessagingHostOptions.CompileLimits)] = typeof(CompileLimitOptions),
        [nameof(MessagingHostOptions.CompileProcess)] = typeof(CompileProcessOptions),
    };

    /// <summary>Sets the options that a section has, except for wrong ones.</summary>
    /// <param name="section">The section.</param>
    /// <param name="options">The options.</param>
    /// <param name="mistakes">Gets the mistakes, a sentence each.</param>
    public static void Bind(IConfiguration section, MessagingHostOptions options, ICollection<string> mistakes)
    {
        string prefix = section is IConfigurationSection named ? $"{named.Path}:" : "";
        foreach ((string path, string? value) in section.AsEnumerable(makePathsRelative: true))
        {
            if (value is null || path.Length == 0 || ConfigurationTopology.IsOf(path))
            {
                continue;
            }

            if (!IsOption(path.Split(':'), out string known))
            {
                mistakes.Add($"{prefix}{path}: there is no such option; there are {known}.");
                continue;
            }

            try
            {
                new ConfigurationBuilder().AddInMemoryCollection([new(path, value)]).Build().Bind(options);
            }
            catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException)
            {
                mistakes.Add($"{prefix}{path}: '{value}' is not valid. {e.GetBaseException().Message}");
            }
        }
    }

    private static bool IsOption(string[] path, out string known)
    {
        if (path.Length == 1)
        {
            string[] own = [.. NamesOfHost(), .. ConfigurationTopology.Keys];
            known = string.Join(", ", own);
            return NamesOfHost().Contains(path[0], StringComparer.OrdinalIgnoreCase) && !Groups.ContainsKey(path[0]);
        }

        string[] names = path.Length == 2 && Groups.TryGetValue(path[0], out Type? group) ? NamesOf(group) : [];
        known = names.Length == 0 ? string.Join(", ", NamesOfHost()) : string.Join(", ", names);
        return names.Contains(path[^1], StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The options that can be given as text; the others are given in code.</summary>
    private static string[] NamesOfHost() =>
        [
            nameof(MessagingHostOptions.Workers),
            nameof(MessagingHostOptions.WorkerSpin),
            nameof(MessagingHostOptions.StopTimeout),
            nameof(MessagingHostOptions.HandlerStopTimeout),
            nameof(MessagingHostOptions.MemoryBytes),
            nameof(MessagingHostOptions.RandomSeed),
            .. Groups.Keys,
        ];

    private static string[] NamesOf(Type group) =>
        group == typeof(CompileCacheOptions) ? [.. typeof(CompileCacheOptions).GetProperties().Select(p => p.Name)]
        : group == typeof(CompileLimitOptions) ? [.. typeof(CompileLimitOptions).GetProperties().Select(p => p.Name)]
        : [.. typeof(CompileProcessOptions).GetProperties().Select(p => p.Name)];
}
