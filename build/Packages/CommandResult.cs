// What a command of a package test left: its exit code and what it wrote.

namespace FireAndForget.Build.Packages;

internal sealed record CommandResult(string Command, int ExitCode, string Output)
{
    /// <summary>Fails where the command did.</summary>
    /// <exception cref="PackageTestException">It ended with another exit code than 0.</exception>
    public CommandResult OrFail() =>
        ExitCode == 0
            ? this
            : throw new PackageTestException($"'{Command}' ended with exit code {ExitCode}:\n{Output}");

    /// <summary>Fails where the output lacks something.</summary>
    /// <exception cref="PackageTestException">It does.</exception>
    public CommandResult Expect(string text) =>
        Output.Contains(text, StringComparison.Ordinal)
            ? this
            : throw new PackageTestException($"'{Command}' was to write '{text}', and wrote:\n{Output}");
}
