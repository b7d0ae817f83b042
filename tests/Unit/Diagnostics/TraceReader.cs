using System.Collections.Concurrent;
using System.Diagnostics;

namespace FireAndForget.Tests.Diagnostics;

/// <summary>Listens to the activities of all hosts, and to those of the tests. There may be no other host meanwhile.</summary>
internal sealed class TraceReader : IDisposable
{
    private readonly ActivityListener _listener;
    private readonly ConcurrentQueue<Activity> _ended = new();

    public TraceReader(ActivitySamplingResult result = ActivitySamplingResult.AllDataAndRecorded, bool throws = false)
    {
        _listener = new()
        {
            ShouldListenTo = source => source.Name is "FireAndForget" or "FireAndForget.Tests",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => result,
            ActivityStarted = _ => FailWhere(throws),
            ActivityStopped = activity =>
            {
                _ended.Enqueue(activity);
                FailWhere(throws);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>The activities that have ended, in the order in which they did.</summary>
    public IReadOnlyList<Activity> Ended => [.. _ended];

    public Activity Single(string name) => Ended.Single(activity => activity.DisplayName == name);

    public void Dispose() => _listener.Dispose();

    private static void FailWhere(bool fails)
    {
        if (fails)
        {
            throw new InvalidOperationException("a listener that fails");
        }
    }
}
