using System.Collections.Concurrent;

namespace FireAndForget.Orleans;

/// <summary>Locks by id, for changes that take long.</summary>
internal sealed class KeyedLocks
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _locks = new(StringComparer.Ordinal);

    /// <summary>Waits until nobody else holds the lock of an id.</summary>
    /// <returns>Gives it back when it is disposed of.</returns>
    public async Task<IDisposable> TakeAsync(string id)
    {
        SemaphoreSlim taken = _locks.GetOrAdd(id, static _ => new(1, 1));
        await taken.WaitAsync().ConfigureAwait(false);
        return new Holder(taken);
    }

    private sealed class Holder(SemaphoreSlim taken) : IDisposable
    {
        private SemaphoreSlim? _taken = taken;

        public void Dispose() => Interlocked.Exchange(ref _taken, null)?.Release();
    }
}
