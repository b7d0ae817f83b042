// How many tests passed, failed and were skipped over all test projects; it outlives Cake's run so that the program can
// end with it.

namespace FireAndForget.Build;

/// <summary>The totals of all test runs of this build.</summary>
public sealed class TestTotals
{
    /// <summary>Whether any test project was run.</summary>
    public bool HasRun { get; private set; }

    /// <summary>Tests that passed.</summary>
    public int Passed { get; private set; }

    /// <summary>Tests that failed.</summary>
    public int Failed { get; private set; }

    /// <summary>Tests that were not run.</summary>
    public int Skipped { get; private set; }

    /// <summary>Adds the result of one test project.</summary>
    public void Add(int passed, int failed, int skipped)
    {
        HasRun = true;
        Passed += passed;
        Failed += failed;
        Skipped += skipped;
    }

    /// <summary>The totals in the form that continuous integration reads.</summary>
    public override string ToString() =>
        Skipped > 0 ? $"{Passed} passed, {Failed} failed, {Skipped} skipped" : $"{Passed} passed, {Failed} failed";
}
