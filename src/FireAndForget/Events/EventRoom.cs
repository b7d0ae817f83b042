namespace FireAndForget.Events;

/// <summary>
/// Whether there is room for events: none while a subscription is full that must not lose any. Workers look here before they deliver, so
/// that memory stays bounded where nobody reads.
/// </summary>
internal sealed class EventRoom
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _room;
    private int _full;
    private bool _isOver;

    /// <summary>Whether a subscription for which workers wait is full.</summary>
    public bool IsFull => Volatile.Read(ref _full) != 0;

    /// <summary>Called when a subscription has become full.</summary>
    public void Fill()
    {
        lock (_lock)
        {
            if (!_isOver)
            {
                _room ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
                Volatile.Write(ref _full, _full + 1);
            }
        }
    }

    /// <summary>Called when a subscription that was full has room again.</summary>
    public void Free()
    {
        lock (_lock)
        {
            if (!_isOver)
            {
                Volatile.Write(ref _full, _full - 1);
                EndWaiting();
            }
        }
    }

    /// <summary>Ends all waiting, now and from now on, because the host stops.</summary>
    public void End()
    {
        lock (_lock)
        {
            _isOver = true;
            Volatile.Write(ref _full, 0);
            EndWaiting();
        }
    }

    /// <summary>A task that ends when there is room.</summary>
    public Task WhenRoom()
    {
        lock (_lock)
        {
            return _room?.Task ?? Task.CompletedTask;
        }
    }

    /// <summary>Waits on this thread until there is room.</summary>
    public void Wait()
    {
        try
        {
            WhenRoom().Wait();
        }
        catch (ThreadInterruptedException)
        {
            // A handler that this worker ran before has interrupted the thread. The caller looks again whether there is room.
        }
    }

    private void EndWaiting()
    {
        if (_full == 0)
        {
            _room?.SetResult();
            _room = null;
        }
    }
}
