using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Unicode;
using FireAndForget.Buffers;
using FireAndForget.Mailboxes;
using FireAndForget.Messages;

namespace FireAndForget.Routing;

// Topics: one message to all who subscribe.
internal sealed partial class MessageSender
{
    /// <summary>The topics under which it has published; null: none yet.</summary>
    private Publications? _publications;

    /// <summary>
    /// Sends a message to every subscriber of a topic. The publisher's part of the checks is made once, and then each subscriber's, who
    /// accepts or refuses it for itself alone.
    /// </summary>
    public PublishResult Publish(string topic, ReadOnlySpan<byte> message) =>
        Publish(topic, Known.Find(topic), message);

    /// <summary>A guest's publish; null where the topic is not UTF-8.</summary>
    /// <param name="topic">The topic, as the guest names it.</param>
    /// <param name="message">The message, whose bytes are copied.</param>
    /// <param name="accepted">How many subscribers accepted it; 0 where it is refused as a whole.</param>
    public SendStatus? Publish(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> message, out uint accepted)
    {
        accepted = 0;
        Publication? publication = Known.Find(topic);
        if (publication is null && !Utf8.IsValid(topic))
        {
            return null;
        }

        PublishResult result = Publish(publication?.Topic.Text ?? TextOf(topic), publication, message);
        accepted = (uint)result.Accepted;
        return result.Status;
    }

    private Publications Known
    {
        get
        {
            if (Volatile.Read(ref _publications) is { } known)
            {
                return known;
            }

            Publications made = new(self, registry.Topics);
            return Interlocked.CompareExchange(ref _publications, made, null) ?? made;
        }
    }

    private PublishResult Publish(string topic, Publication? publication, ReadOnlySpan<byte> message)
    {
        SendStatus status = CheckPublish(publication, message.Length);
        return status == SendStatus.Accepted
            ? PublishToAll(publication!, message)
            : new() { Status = Refuse(topic, status, message.Length, MessageChecks.DetailOfTopic(status)) };
    }

    /// <summary>
    /// The checks of a publish as a whole: the topic's form, the capability, and rate and quota, which count a publish once.
    /// </summary>
    private SendStatus CheckPublish(Publication? publication, int length)
    {
        if (publication is null)
        {
            return SendStatus.InvalidMessage;
        }

        if (registry.IsClosed || self.HasLeft)
        {
            return SendStatus.Closed;
        }

        if (!CapabilityPattern.AnyMatches(self.PublishesTo, publication.Topic.Text))
        {
            return SendStatus.CapabilityDenied;
        }

        return self.Allowance is { } allowance && !TryTake(allowance, length)
            ? SendStatus.RateLimited
            : SendStatus.Accepted;
    }

    private PublishResult PublishToAll(Publication publication, ReadOnlySpan<byte> message)
    {
        Participant[] subscribers = publication.FindSubscribers();
        // The bytes of a long message are copied once, and the mailboxes of all subscribers refer to the copy.
        bool isShared = message.Length > Mailbox.LargestInBatch && subscribers.Length > 1;
        SharedBytes shared = isShared ? SharedBytes.Copy(message) : default;
        int accepted = 0;
        try
        {
            bool isObserved = registry.Contexts is { IsOn: true };
            foreach (Participant subscriber in subscribers)
            {
                Participant receiver = subscriber;
                if (receiver.Target.HasSuccessor && registry.Find(receiver.Id)?.Target != receiver.Target)
                {
                    // The successor gets the messages that are sent to this id, and this one must keep its place among them.
                    TryFollow(publication, ref receiver);
                }

                SendStatus status;
                do
                {
                    status = isObserved
                        ? PublishObserved(receiver, publication, message, shared)
                        : PublishTo(receiver, publication.Number, message, shared);
                } while (status == SendStatus.Closed && TryFollow(publication, ref receiver));

                if (status == SendStatus.Accepted)
                {
                    accepted++;
                }
                else
                {
                    Refuse(subscriber.Id, status, message.Length, reason: null);
                }
            }
        }
        finally
        {
            if (isShared)
            {
                shared.Release();
            }
        }

        // A message may be accepted up to here, and its number belongs to the topic only while the publication is alive.
        GC.KeepAlive(publication);
        return new()
        {
            Status = SendStatus.Accepted,
            Accepted = accepted,
            Refused = subscribers.Length - accepted,
        };
    }

    /// <summary>
    /// Waits for the successor of a subscriber that was found closed or leaving, as a send does. The successor gets the message only where it
    /// subscribes to the topic too, because otherwise it would take the message for one that was sent to it.
    /// </summary>
    /// <returns>Whether the successor gets the message; <paramref name="subscriber"/> is then the successor.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryFollow(Publication publication, ref Participant subscriber)
    {
        MessageTarget closed = subscriber.Target;
        if (!closed.HasSuccessor)
        {
            return false;
        }

        WaitForSuccessor(subscriber.Id, closed);
        // Then no route leads to the one before either.
        SpinWait spin = default;
        while (closed.HasSuccessor && registry.Topics.Contains(subscriber))
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        if (
            registry.Find(subscriber.Id) is not { } successor
            || successor.Target == closed
            || !CapabilityPattern.AnyMatches(successor.SubscribesTo, publication.Topic.Text)
        )
        {
            return false;
        }

        subscriber = successor;
        return true;
    }

    private SendStatus PublishTo(Participant subscriber, uint origin, ReadOnlySpan<byte> message, SharedBytes shared)
    {
        SendStatus status = MessageChecks.Check(subscriber, self.Id, message);
        return status != SendStatus.Accepted ? status
            : shared.IsNone ? subscriber.Target.TryAccept(origin, message)
            : subscriber.Target.TryAccept(origin, shared);
    }

    private SendStatus PublishObserved(
        Participant subscriber,
        Publication publication,
        ReadOnlySpan<byte> message,
        SharedBytes shared
    )
    {
        MessageContext? context = registry.Contexts!.TryBegin(
            self,
            subscriber.Id,
            message.Length,
            listener: null,
            ref _sends,
            publication
        );
        // The origin is read first: when the message is accepted, its context may belong to another one before this returns.
        uint origin = context?.Origin ?? publication.Number;
        Activity? send = context?.Send;
        SendStatus status = PublishTo(subscriber, origin, message, shared);
        if (context is not null)
        {
            registry.Contexts.EndSend(origin, send, status);
        }

        return status;
    }
}
