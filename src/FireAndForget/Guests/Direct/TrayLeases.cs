using System.Collections.Concurrent;

namespace FireAndForget.Guests.Direct;

/// <summary>
/// Leases trays to threads: each tray belongs to one thread at a time, and to another one after that thread has ended.
/// </summary>
/// <param name="make">Makes one more, where none is free. Any thread.</param>
internal sealed class TrayLeases(Func<Tray> make)
{
    private readonly ConcurrentQueue<Tray> _free = new();

    /// <summary>A tray that nobody has. Any thread.</summary>
    public Tray Take() => _free.TryDequeue(out Tray? tray) ? tray : make();

    /// <summary>Gives one back, which its thread does not touch any more. Any thread, also the finalizer's.</summary>
    public void GiveBack(Tray tray) => _free.Enqueue(tray);
}
