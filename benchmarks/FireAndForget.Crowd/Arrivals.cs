// Has the harness sleep until all messages of a lap have arrived: spinning it would keep a processor from the threads that deliver.

using FireAndForget.Measuring;

namespace FireAndForget.Crowd;

internal sealed class Arrivals : IDisposable
{
    private readonly ManualResetEventSlim _all = new(false, spinCount: 0);
    private long _missing;

    /// <summary>Begins to count; before the first message is sent.</summary>
    public void Expect(int messages)
    {
        _all.Reset();
        Volatile.Write(ref _missing, messages);
    }

    /// <summary>One has arrived. Any thread.</summary>
    public void Add()
    {
        if (Interlocked.Decrement(ref _missing) == 0)
        {
            _all.Set();
        }
    }

    /// <summary>Waits for the last one.</summary>
    /// <exception cref="MeasurementException">It takes minutes.</exception>
    public void Wait()
    {
        if (!_all.Wait(Waiting.StuckAfter))
        {
            throw new MeasurementException("Nothing happens any more.");
        }
    }

    public void Dispose() => _all.Dispose();
}
