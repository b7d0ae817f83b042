using System.Collections.Concurrent;
using System.Text;
using FireAndForget.Hosting;

namespace FireAndForget.Example;

/// <summary>The handler of the endpoint "journal": a service like any other, with a scope for each message.</summary>
internal sealed class Journal(JournalEntries entries) : IMessageHandler
{
    public ValueTask HandleAsync(AsyncMessage message, CancellationToken cancellationToken)
    {
        entries.Add($"{message.Sender}: {Encoding.UTF8.GetString(message.Bytes.Span)}");
        return ValueTask.CompletedTask;
    }
}

/// <summary>What was written so far.</summary>
internal sealed class JournalEntries
{
    private readonly ConcurrentQueue<string> _all = new();

    public IReadOnlyCollection<string> All => _all;

    public void Add(string entry) => _all.Enqueue(entry);
}
