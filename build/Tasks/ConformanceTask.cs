// Holds the library against the public test suites of WebAssembly, where somebody has checkouts of them.

using Cake.Frosting;

namespace FireAndForget.Build.Tasks;

/// <summary>The target <c>Conformance</c>.</summary>
[TaskName("Conformance")]
[TaskDescription("Compares verdicts about the files of the public test suites with theirs; --suites, --wasm-tools.")]
[IsDependentOn(typeof(BuildTask))]
public sealed class ConformanceTask : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context) => context.Search.Run("Conformance");
}
