using FireAndForget.Mailboxes;

namespace FireAndForget.Guests.Instances;

/// <summary>
/// A live instance of a guest, whichever runtime runs it. It gets messages from the mailbox of its component and answers what
/// became of them; it settles nothing itself. After a fault it is disposed of and never called again.
/// </summary>
internal abstract class Guest : IDisposable
{
    /// <summary>The bytes of the memory in which the guest gets its messages; 0 where the runtime does not tell. For the thread that may deliver.</summary>
    public virtual long MemoryBytes => 0;

    /// <summary>How many ticks of the epoch came while it ran in its last delivery; a tick shortly before may count too.</summary>
    public virtual long TicksMet => 0;

    /// <summary>
    /// Delivers the next messages of the mailbox, which keeps them until they are released. One that is replaced delivers none.
    /// </summary>
    /// <param name="mailbox">The component's mailbox; something can be read from it.</param>
    /// <param name="quota">The most messages, one or more.</param>
    public abstract Delivery Deliver(Mailbox mailbox, int quota);

    /// <summary>
    /// Delivers a reply to a request of this instance, as a delivery of one message; <see cref="Reason"/> tells why it was rejected.
    /// </summary>
    public abstract Delivery DeliverReply(GuestReply reply);

    /// <summary>The answer to a message of the last delivery: 0 handled, else rejected with that number.</summary>
    public abstract int Answer(int index, out uint sender, out int length);

    /// <summary>Why the guest says that it rejected a message of the last delivery; empty where it does not say.</summary>
    public virtual string Reason(int index) => "";

    /// <summary>Prefetches what the engine needs for a call into the caches, because the guest is about to get a message.</summary>
    public virtual void FetchInstance() { }

    /// <summary>
    /// Prefetches the place in the guest's memory where the message is going to lie. It is called after <see
    /// cref="FetchInstance"/>.
    /// </summary>
    public virtual void FetchMemory() { }

    public abstract void Dispose();
}
