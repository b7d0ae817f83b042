using System.Diagnostics;

namespace FireAndForget.Diagnostics;

/// <summary>
/// How many more messages may join a trace. Without it, messages that follow from one another without end, or a guest that sends very
/// many, would all be traced. It is attached to the activity in which a message is handled.
/// </summary>
internal sealed class TraceBudget
{
    /// <summary>The most messages that follow from one and join its trace.</summary>
    public const int Messages = 32;

    private const string Property = "FireAndForget.TraceBudget";

    private int _left = Messages;

    /// <summary>The budget of the message that is being handled while an activity runs; null where none is.</summary>
    public static TraceBudget? Of(Activity activity)
    {
        for (Activity? within = activity; within is not null; within = within.Parent)
        {
            if (within.GetCustomProperty(Property) is TraceBudget budget)
            {
                return budget;
            }
        }

        return null;
    }

    public void AttachTo(Activity handling) => handling.SetCustomProperty(Property, this);

    public bool TryTake() => Volatile.Read(ref _left) > 0 && Interlocked.Decrement(ref _left) >= 0;
}
