using FireAndForget.Guests.Instances;
using FireAndForget.Messages;
using FireAndForget.Routing;

namespace FireAndForget.Components;

// What becomes of the messages that the guest was given, and of the replies to its requests.
internal sealed partial class ComponentReceiver
{
    /// <summary>The id of the sender of a message that has a context, right before the guest gets the message.</summary>
    public ReadOnlySpan<byte> IdFromContext(uint origin)
    {
        _hasContexts = true;
        return Contexts!.BeginHandling(origin, Self.Id).Sender.IdBytes;
    }

    /// <summary>Whether a message that has a context is a request.</summary>
    public bool IsRequest(uint origin) => Contexts!.IsRequest(origin);

    /// <summary>The topic of a message that is being handled, in UTF-8; empty: it has none.</summary>
    public ReadOnlySpan<byte> TopicBytesOf(uint origin) => MessageOrigin.HasTopic(origin) ? TopicOf(origin).Bytes : [];

    /// <summary>Takes the answer to the request that the guest is handling.</summary>
    /// <returns>Null, or why the request is rejected.</returns>
    public string? Answer(uint origin, ReadOnlySpan<byte> answer) => Contexts!.RequestOf(origin).Take(answer);

    /// <summary>Delivers the next reply, where it comes before the messages that wait.</summary>
    /// <param name="quota">The most messages; becomes the number of those that come before the reply.</param>
    private bool TryDeliverReply(ref int quota)
    {
        int before = Mailbox.CountUpTo(Requests.NextPosition, quota);
        if (before != 0)
        {
            quota = before;
            return false;
        }

        if (!Requests.TryTakeReply(out GuestRequest? request))
        {
            return false;
        }

        ReplyFrom = request.Responder;
        DeliverReply(_guest!, request);
        return true;
    }

    /// <summary>
    /// Delivers a reply that was taken, which is a message that is accepted and has its outcome at the same moment. Until its end is told
    /// to the open requests, who waits until everything is settled waits for it.
    /// </summary>
    private void DeliverReply(Guest guest, GuestRequest request)
    {
        try
        {
            _hasEnded = false;
            Delivery delivery = guest.DeliverReply(
                new()
                {
                    Request = request.Number,
                    Outcome = request.Outcome,
                    Answer = request.Bytes,
                    Number = request.ReplyNumber,
                }
            );
            Outcome outcome = delivery.Fault?.Outcome ?? (delivery.Rejected == 0 ? Outcome.Handled : Outcome.Rejected);
            Ledger.AddReply(outcome);
            if (outcome != Outcome.Handled)
            {
                ReportReply(guest, request, delivery, outcome);
            }
        }
        finally
        {
            Requests.EndReply(request);
        }
    }

    private void ReportReply(Guest guest, GuestRequest request, Delivery delivery, Outcome outcome)
    {
        BeginReporting();
        try
        {
            string reason = delivery.Fault?.Reason ?? guest.Reason(0);
            Report(sender: 0, request.ReplyNumber, outcome, reason, request.Bytes.Length, senderId: request.Responder);
            if (delivery.Fault is not null)
            {
                EndAndRestart(outcome, reason);
            }
        }
        finally
        {
            EndReporting();
        }
    }

    /// <summary>
    /// Records the outcomes of the messages, and then does and reports what follows: whatever goes wrong there, each message has
    /// this outcome and no other. A caller who waits until everything is settled waits for these reports and for the restart too.
    /// </summary>
    private int SettleAndReport(Guest guest, Delivery delivery)
    {
        BeginSettling();
        try
        {
            NoteNumbers(delivery.Answered);
            // The messages are released before any is counted, so that a reader who sees everything settled sees empty mailboxes
            // too.
            Mailbox.Release(delivery.Answered);
            Ledger.Add(Outcome.Handled, delivery.Answered - delivery.Rejected);
            Ledger.Add(Outcome.Rejected, delivery.Rejected);
            if (delivery.Fault is not { } fault)
            {
                Ledger.InFlight = 0;
                ReportAnswers(guest, delivery);
                return delivery.Answered;
            }

            RecordFirst(fault.Outcome, out uint sender, out int length, out long number);
            Ledger.InFlight = 0;
            ReportAnswers(guest, delivery);
            Report(sender, number, fault.Outcome, fault.Reason, length);
            EndAndRestart(fault.Outcome, fault.Reason);
            return delivery.Answered + 1;
        }
        finally
        {
            EndSettling();
        }
    }

    private void NoteNumbers(int count)
    {
        if (_numbers.Length < count)
        {
            Array.Resize(ref _numbers, Math.Max(count, 2 * _numbers.Length));
        }

        for (int i = 0; i < count; i++)
        {
            _numbers[i] = NumberOf(i);
        }
    }

    private void ReportAnswers(Guest guest, Delivery delivery)
    {
        if (delivery.Rejected != 0)
        {
            ReportRejected(guest, delivery);
        }

        if (_hasContexts)
        {
            EndContexts(guest, delivery);
        }
    }

    /// <summary>
    /// Ends the contexts of the messages that were answered. The context of a message that ended the instance ends with its dead
    /// letter.
    /// </summary>
    private void EndContexts(Guest guest, Delivery delivery)
    {
        _hasContexts = false;
        for (int i = 0; i < delivery.Answered; i++)
        {
            int answer = guest.Answer(i, out uint sender, out _);
            if (MessageOrigin.HasContext(sender))
            {
                Outcome outcome = answer == 0 ? Outcome.Handled : Outcome.Rejected;
                string reason = answer == 0 ? "" : WhyRejected(guest, i, answer);
                Contexts!.End(sender, Self.Id, _numbers[i], outcome, reason);
            }
        }
    }

    private string WhyRejected(Guest guest, int index, int answer) =>
        guest.Reason(index) is { Length: > 0 } reason ? reason : _version.Code.DescribeRejection(answer);

    private void ReportRejected(Guest guest, Delivery delivery)
    {
        for (int i = 0; i < delivery.Answered; i++)
        {
            int answer = guest.Answer(i, out uint sender, out int length);
            if (answer != 0 && IsObserved(Outcome.Rejected, out bool isLogged))
            {
                Publish(sender, _numbers[i], Outcome.Rejected, WhyRejected(guest, i, answer), length, isLogged);
            }
        }
    }
}
