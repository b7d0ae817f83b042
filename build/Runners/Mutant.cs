// One small change of the code, and what the tests made of it.

namespace FireAndForget.Build.Runners;

/// <summary>A mutant as Stryker's report has it.</summary>
internal sealed record Mutant(string File, int Line, string Mutator, string Status, string Original, string Replacement)
{
    public bool IsDead => Status is "Killed" or "Timeout";

    public bool IsAlive => Status is "Survived" or "NoCoverage";
}
