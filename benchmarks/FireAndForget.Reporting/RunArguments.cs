// What the programs that measure are started with; the build's Bench target gives it to them.

namespace FireAndForget.Reporting;

/// <summary>The arguments of a program that measures.</summary>
public sealed record RunArguments
{
    /// <summary>Where the results go.</summary>
    public string Output { get; init; } = "artifacts/performance";

    /// <summary>Whether a first look is enough.</summary>
    public bool IsQuick { get; init; }

    /// <summary>A part of the names that are to be run; null: all.</summary>
    public string? Filter { get; init; }

    /// <summary>The commit that is measured.</summary>
    public string Commit { get; init; } = "unknown";

    /// <summary>The programs faf whose start is measured: assemblies for .NET, and native programs.</summary>
    public IReadOnlyList<string> Faf { get; init; } = [];

    /// <summary>What speaks against measuring here and now.</summary>
    public IReadOnlyList<string> Unfit { get; init; } = [];

    /// <summary>Reads a command line.</summary>
    /// <param name="args"><c>--output=DIR --quick --filter=NAME --commit=TEXT --unfit=TEXT --faf=PATH</c>, each where it is needed.</param>
    /// <returns>The arguments.</returns>
    /// <exception cref="ArgumentException">An argument is none of these.</exception>
    public static RunArguments Parse(IReadOnlyList<string> args)
    {
        ArgumentNullException.ThrowIfNull(args);
        var result = new RunArguments();
        foreach (string arg in args)
        {
            string[] parts = arg.Split('=', 2);
            result = parts switch
            {
                ["--quick"] => result with { IsQuick = true },
                ["--output", var value] => result with { Output = value },
                ["--filter", var value] => result with { Filter = value },
                ["--commit", var value] => result with { Commit = value },
                ["--faf", var value] => result with { Faf = [.. result.Faf, value] },
                ["--unfit", var value] => result with { Unfit = [.. result.Unfit, value] },
                _ => throw new ArgumentException(
                    $"'{arg}' is not understood. Known: --output=DIR --quick --filter=NAME --commit=TEXT --unfit=TEXT --faf=PATH.",
                    nameof(args)
                ),
            };
        }

        return result;
    }

    /// <summary>Whether something of this name is to be run.</summary>
    /// <param name="name">The name.</param>
    /// <returns>True where there is no filter, or the name holds it.</returns>
    public bool Includes(string name) => Filter is null || name.Contains(Filter, StringComparison.OrdinalIgnoreCase);
}
