// Measures, and writes the document about performance. For developers' machines: continuous integration never runs it, because
// shared machines have no figures worth writing down.

using Cake.Frosting;

namespace FireAndForget.Build.Tasks;

/// <summary>The target <c>Bench</c>.</summary>
[TaskName("Bench")]
[TaskDescription("Runs the benchmarks and writes docs/performance.md; --quick, --filter=NAME, --force.")]
public sealed class BenchTask : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context) => context.Bench.Run();
}
