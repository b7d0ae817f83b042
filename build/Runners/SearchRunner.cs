// Runs the programs that search for failures, and fails when they found one.

using Cake.Common;

namespace FireAndForget.Build.Runners;

internal sealed class SearchRunner(BuildContext context)
{
    /// <summary>Runs tests/NAME, which is built already, with those of its options that the command line gives, and with others.</summary>
    public void Run(string name, params IEnumerable<string> others)
    {
        List<string> arguments =
        [
            $"tests/{name}/bin/{context.BuildConfiguration}/net10.0/FireAndForget.Tests.{name}.dll",
            .. others,
        ];
        foreach (string option in new[] { "duration", "seed", "suites", "wasm-tools" })
        {
            if (context.Argument<string?>(option, null) is { } value)
            {
                arguments.Add($"--{option}={value}");
            }
        }

        context.DotNet.RunOrFail("What it found is above.", arguments);
    }
}
