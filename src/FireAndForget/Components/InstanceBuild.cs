using System.Diagnostics.CodeAnalysis;
using FireAndForget.Dispatching;
using FireAndForget.Guests.Instances;
using FireAndForget.Time;
using FireAndForget.Wording;

namespace FireAndForget.Components;

/// <summary>
/// The making of a component's fresh instance, by a builder or by the worker that runs the component. The worker may give the build
/// up until it is made; the builder then disposes of the instance and releases the version.
/// </summary>
/// <param name="version">The version that the instance is made of.</param>
/// <param name="reason">Why the component is restarted.</param>
/// <param name="isSlow">Whether its last one was slow.</param>
/// <param name="ticker">Counts the ticks that the build takes.</param>
/// <param name="made">Called when it is made and was not given up; on the builder's thread.</param>
internal sealed class InstanceBuild(
    ComponentVersion version,
    string reason,
    bool isSlow,
    EpochTicker ticker,
    Action made
) : IInstanceBuild
{
    private const int Making = 0;
    private const int Made = 1;
    private const int GivenUp = 2;

    private int _state;

    public bool IsSlow => isSlow;

    public string Reason => reason;

    /// <summary>Whether the build has ended, with an instance or with the reason why there is none.</summary>
    public bool IsMade => Volatile.Read(ref _state) == Made;

    /// <summary>The instance, once the build has ended; null where it could not be made.</summary>
    public Guest? Guest { get; private set; }

    /// <summary>Why there is no instance.</summary>
    public string Failure { get; private set; } = "";

    /// <summary>How many ticks it took.</summary>
    public long Ticks { get; private set; }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever keeps an instance from being made ends here.")]
    public void Make()
    {
        long start = ticker.Count;
        try
        {
            Guest = version.Instantiate();
        }
        catch (Exception e)
        {
            string error = e is ComponentLoadException ? e.Message : ErrorText.Of(e);
            Failure = $"a fresh instance could not be made: {error}";
        }

        Ticks = ticker.Count - start;
        // Full fence: either the component's worker sees that the build has ended, or it has gone idle and is woken.
        if (Interlocked.CompareExchange(ref _state, Made, Making) == Making)
        {
            made();
        }
        else
        {
            End();
        }
    }

    /// <summary>Gives the build up, because the component needs neither the instance nor the version any more.</summary>
    public void GiveUp()
    {
        version.GiveUp();
        if (Interlocked.CompareExchange(ref _state, GivenUp, Making) == Made)
        {
            End();
        }
    }

    private void End()
    {
        try
        {
            Guest?.Dispose();
        }
        finally
        {
            version.Release();
        }
    }
}
