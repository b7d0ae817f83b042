using System.Diagnostics;

namespace FireAndForget.Routing;

/// <summary>
/// Accepts messages whose send was answered on another host. They pass the checks of a send here once more, except for rate and
/// quota, which the sender's host has taken already. A refusal is neither counted nor published here.
/// </summary>
internal static class Arrival
{
    /// <summary>Hands a message over to its target.</summary>
    /// <param name="contexts">The host's contexts; null: there are none.</param>
    /// <param name="sender">The sender, who is kept while this runs.</param>
    /// <param name="route">The route, which is not stale or was decided a moment ago.</param>
    /// <param name="message">The message.</param>
    /// <param name="listener">Waits for its outcome; null: nobody does.</param>
    /// <param name="sends">The sender's count of its sends.</param>
    /// <param name="given">The number that it has for its receiver, which is the same each time that it arrives; null: that of the mailbox.</param>
    /// <param name="publication">What it was published as; null: it was sent to its target alone.</param>
    /// <param name="number">The message's number in the mailbox.</param>
    /// <returns>As a send.</returns>
    public static SendStatus TryAccept(
        MessageContexts? contexts,
        Participant sender,
        Route route,
        ReadOnlySpan<byte> message,
        OutcomeListener? listener,
        ref int sends,
        long? given,
        Publication? publication,
        out long number
    )
    {
        SendStatus status = MessageChecks.Check(route, message);
        number = 0;
        if (status == SendStatus.Accepted)
        {
            MessageContext? context =
                listener is null && !route.NeedsSlowPath
                    ? null
                    : contexts?.TryBegin(sender, route.TargetId, message.Length, listener, ref sends, publication);
            if (context is null && listener is not null)
            {
                // As many messages as possible have a context already, and nobody would be told of this one's outcome.
                return SendStatus.QueueFull;
            }

            context?.Number = given;
            // The origin is read before the message is accepted: afterwards the context may have ended and belong to another
            // message.
            uint origin = context?.Origin ?? publication?.Number ?? sender.Number;
            Activity? send = context?.Send;
            status = route.Target!.TryAccept(origin, message, out number);
            if (context is not null)
            {
                contexts!.EndSend(origin, send, status);
            }
        }

        GC.KeepAlive(sender);
        GC.KeepAlive(publication);
        return status;
    }
}
