using System.Diagnostics.CodeAnalysis;
using FireAndForget.Dispatching;
using FireAndForget.Guests.Instances;
using FireAndForget.Time;
using FireAndForget.Wording;

namespace FireAndForget.Components;

/// <summary>
/// The making of a component's fresh instance, by a builder or by the worker that runs the component. Until it is made the component's
/// worker may give it up; then the builder ends what came of it, and gives the version back.
/// </summary>
/// <param name="version">Of what the instance is.</param>
/// <param name="reason">Why the component is restarted.</param>
/// <param name="isSlow">Whether its last one was slow.</param>
/// <param name="ticker">The clock of what is slow.</param>
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

    /// <summary>Whether it can be taken: an instance, or why there is none.</summary>
    public bool IsMade => Volatile.Read(ref _state) == Made;

    /// <summary>The instance; null where it could not be made. It is made.</summary>
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
        // A full fence: either the component's worker sees that it is made, or it has gone to rest and is woken.
        if (Interlocked.CompareExchange(ref _state, Made, Making) == Making)
        {
            made();
        }
        else
        {
            End();
        }
    }

    /// <summary>The component does not need the instance any more, nor the version.</summary>
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
