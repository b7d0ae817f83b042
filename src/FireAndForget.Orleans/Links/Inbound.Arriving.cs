using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using FireAndForget.Dispatching;
using FireAndForget.Routing;

namespace FireAndForget.Orleans.Links;

// What arrives: the messages of a frame go to their receivers.
internal sealed partial class Inbound
{
    /// <summary>Takes the frames that came before the one that was taken just now.</summary>
    private void ProcessEarly()
    {
        while (_early.Remove(_next, out (Frame Frame, TaskCompletionSource Done) next))
        {
            try
            {
                Process(next.Frame);
                next.Done.SetResult();
            }
            catch (Exception e)
            {
                // It is that frame's call that fails.
                next.Done.SetException(e);
            }
        }
    }

    private void Process(Frame frame)
    {
        _next++;
        ForgetTargets();
        ReadNames(frame.Names);
        ReadOnlySpan<byte> runs = frame.Runs;
        while (runs.Length >= Frame.RunBytes)
        {
            uint key = BinaryPrimitives.ReadUInt32LittleEndian(runs);
            int count = (int)BinaryPrimitives.ReadUInt32LittleEndian(runs[4..]);
            long first = BinaryPrimitives.ReadInt64LittleEndian(runs[8..]);
            int length = (int)BinaryPrimitives.ReadUInt32LittleEndian(runs[16..]);
            ReceiveRun(TargetOf(key), first, count, runs.Slice(Frame.RunBytes, length));
            runs = runs[(Frame.RunBytes + length)..];
        }
    }

    private void ReadNames(ReadOnlySpan<byte> names)
    {
        while (names.Length >= Frame.NameBytes)
        {
            uint number = BinaryPrimitives.ReadUInt32LittleEndian(names);
            var kind = (NameKind)names[4];
            int length = names[5];
            string id = Encoding.ASCII.GetString(names.Slice(Frame.NameBytes, length));
            switch (kind)
            {
                case NameKind.Target:
                    NameTarget(number, id);
                    break;
                case NameKind.Topic:
                    NameTopic(number, id);
                    break;
                default:
                    NameSender(number, id);
                    break;
            }

            names = names[(Frame.NameBytes + length)..];
        }
    }

    private void ReceiveRun(ArrivalTarget target, long first, int count, ReadOnlySpan<byte> entries)
    {
        if (target.Next != 0 && first > target.Next)
        {
            throw new InvalidDataException(
                $"Message {first} to '{target.Id}' came, and {target.Next} was expected; the link begins anew."
            );
        }

        if (target.Waiting.Count != 0)
        {
            CheckRoom(target, entries.Length);
        }

        // These messages came before the link broke, and were sent again.
        int known = target.Next == 0 ? 0 : (int)Math.Min(target.Next - first, count);
        target.Next = Math.Max(target.Next, first + count);
        target.IsIdle = false;
        EntryReader reader = new(entries);
        for (int i = 0; i < known; i++)
        {
            reader.Next();
        }

        if (!target.IsActive)
        {
            target.IsActive = true;
            _active.Add(target);
        }

        int done = known;
        if (target.Waiting.Count == 0)
        {
            done = Deliver(target, ref reader, first, known, count);
        }

        if (done < count)
        {
            target.Waiting.Enqueue(new(reader.Rest.ToArray(), first + done, count - done));
            target.Room.Bytes += reader.Rest.Length;
        }
    }

    /// <summary>Hands over the messages of a run from an index on.</summary>
    /// <returns>The index of the first that found no room, which the reader stands at.</returns>
    private int Deliver(ArrivalTarget target, ref EntryReader reader, long first, int from, int count)
    {
        Participant? receiver = _host.FindTarget(target.Id);
        bool isNumbered = _host.IsAtLeastOnce(target.Id);
        for (int i = from; i < count; i++)
        {
            EntryReader before = reader;
            reader.Next();
            string reason;
            SendStatus status = TryAccept(target, receiver, isNumbered, ref reader, first + i, out reason);
            if (status == SendStatus.Accepted)
            {
                continue;
            }

            if (
                status == SendStatus.QueueFull
                && receiver is { Target: { IsStopped: false } there }
                && reader.Message.Length <= there.Mailbox.LargestMessage
            )
            {
                reader = before;
                return i;
            }

            // This host decides otherwise than the sender's: a right was revoked after the send, or the receiver is not here any
            // more.
            target.AddRefused(first + i, reason);
        }

        return count;
    }

    private SendStatus TryAccept(
        ArrivalTarget target,
        Participant? receiver,
        bool isNumbered,
        ref EntryReader reader,
        long number,
        out string reason
    )
    {
        reason = "";
        if (!_senders.TryGetValue(reader.Sender, out ArrivalSender? sender))
        {
            reason = $"its sender is the number {reader.Sender} of the host {Peer}, for which no name came";
            return SendStatus.CapabilityDenied;
        }

        if (receiver?.Target is not Receiver there)
        {
            reason = $"nothing is registered under '{target.Id}' on the host that it was sent to";
            return SendStatus.TargetNotFound;
        }

        Route? route = target.RouteOf(sender, receiver);
        if (route is null)
        {
            // Only a sender that the table places on that silo may send from there.
            sender.Self = _host.FindSender(sender.Id, Peer);
            if (sender.Self is null)
            {
                reason = $"'{sender.Id}' is not on the host {Peer} by what this host knows";
                return SendStatus.CapabilityDenied;
            }

            if (sender.Topic is { } topic)
            {
                sender.Publication ??= _host.PublicationOf(sender.Self, topic);
            }

            route = _host.Registry.Resolve(sender.Self, receiver, sender.Topic);
            target.Keep(sender, receiver, route);
        }

        ReceiverWatch watch = target.WatchOf(there, _isArrival, this);
        if (isNumbered)
        {
            there.HasGivenNumbers = true;
        }

        bool isRequest = (reader.Extras & MessageExtras.Request) != 0;
        OutcomeListener? listener =
            isRequest ? new ArrivedRequest(this, sender.Self!.MaxMessageBytes)
            : there.SettlesInOrder && !isNumbered ? null
            : new ArrivedMessage(this);
        if (reader.Extras != MessageExtras.None)
        {
            target.Awaited = number;
        }

        using Activity? within = StartWithin(reader.Trace);
        SendStatus status = Arrival.TryAccept(
            _host.Registry.Contexts,
            sender.Self!,
            route,
            reader.Message,
            listener,
            ref _sends,
            isNumbered ? number : null,
            sender.Publication,
            out long local
        );
        if (status == SendStatus.Accepted)
        {
            _accepted++;
            target.Add(watch, local, number, listener as IArrival);
        }
        else if (status != SendStatus.QueueFull)
        {
            reason =
                "refused by the host that it was sent to: "
                + MessageChecks.Explain(status, sender.Self!, target.Id, receiver, reader.Message.Length, sender.Topic);
        }

        return status;
    }

    /// <summary>
    /// Makes the message's send on the other silo the current activity, so that its handling belongs to the same trace; null: it is
    /// not traced, or its trace is none.
    /// </summary>
    private static Activity? StartWithin(ReadOnlySpan<byte> trace) =>
        trace.IsEmpty || !MessageTraces.HasListeners ? null
        : ActivityContext.TryParse(Encoding.ASCII.GetString(trace), null, out ActivityContext parent)
            ? new Activity("arrive").SetParentId(parent.TraceId, parent.SpanId, parent.TraceFlags).Start()
        : null;

    private void Retry(ArrivalTarget target)
    {
        while (target.Waiting.TryPeek(out WaitingEntries? waiting))
        {
            EntryReader reader = new(waiting.Entries.AsSpan(waiting.Offset));
            int done = Deliver(target, ref reader, waiting.First, 0, waiting.Count);
            if (done < waiting.Count)
            {
                waiting.Offset = waiting.Entries.Length - reader.Rest.Length;
                waiting.First += done;
                waiting.Count -= done;
                return;
            }

            target.Waiting.Dequeue();
            target.Room.Bytes -= waiting.Entries.Length;
        }
    }
}
