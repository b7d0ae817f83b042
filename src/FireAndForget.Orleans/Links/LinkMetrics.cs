namespace FireAndForget.Orleans.Links;

/// <summary>Counts what went over one link.</summary>
internal sealed class LinkMetrics
{
    private long _frames;
    private long _messages;
    private long _bytes;
    private long _resumed;

    public long Frames => Volatile.Read(ref _frames);

    public long Messages => Volatile.Read(ref _messages);

    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>How often it was broken and went on.</summary>
    public long Breaks => Volatile.Read(ref _resumed);

    public void Sent(int messages, int bytes)
    {
        Interlocked.Increment(ref _frames);
        Interlocked.Add(ref _messages, messages);
        Interlocked.Add(ref _bytes, bytes);
    }

    public void Resumed() => Interlocked.Increment(ref _resumed);
}
