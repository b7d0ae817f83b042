using System.Collections.Concurrent;

namespace FireAndForget.Tests;

/// <summary>Keeps a copy of every message that an endpoint gets, in order.</summary>
internal sealed class Inbox
{
    private readonly ConcurrentQueue<Received> _received = new();

    public IReadOnlyList<Received> Received => [.. _received];

    public int Count => _received.Count;

    public void Handle(ReceivedMessage message) => _received.Enqueue(new(message.Sender, message.Bytes.ToArray()));
}
