// What every peer is to the harness: something that takes messages from one sender and counts them at its receiver.

namespace FireAndForget.Peers;

/// <summary>An alternative to FireAndForget, or FireAndForget itself.</summary>
internal abstract class Peer : IAsyncDisposable
{
    /// <summary>What is added to the name of a peer that passes a reference on where others copy.</summary>
    protected const string ByReference = ", by reference";

    /// <summary>As the document calls it.</summary>
    public abstract string Name { get; }

    /// <summary>What its receiver has counted.</summary>
    public abstract Tally Tally { get; }

    /// <summary>Whether it is measured with messages of this length in bytes.</summary>
    public virtual bool Takes(int payload) => payload is 16 or 4096;

    /// <summary>Gets ready for messages of one length.</summary>
    public abstract Task StartAsync(int payload);

    /// <summary>Sends messages, one sender flat out. They need not have arrived when it ends.</summary>
    public abstract Task SendAsync(byte[] message, int count);

    public abstract ValueTask DisposeAsync();
}
