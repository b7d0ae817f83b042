using FireAndForget.Buffers;

namespace FireAndForget.Guests.Direct;

/// <summary>
/// What a courier's call touches of the native library's memory: places in the guest's store, and the instances of the courier, of
/// realloc and of the handler. They are prefetched and never read by the host, so another version of Wasmtime that has them
/// elsewhere costs time and breaks nothing.
/// </summary>
internal readonly unsafe struct CallPlaces
{
    /// <summary>The cache lines of an instance that has few imports and globals.</summary>
    private const int InstanceLines = 3;

    private readonly byte* _store;
    private readonly byte* _function;
    private readonly byte* _courier;
    private readonly byte* _allocator;
    private readonly byte* _handler;

    /// <summary>The places of a call.</summary>
    /// <param name="deliver">The courier's function.</param>
    /// <param name="realloc">What it calls to get memory of the guest's.</param>
    /// <param name="handleMessage">What it calls with a message, where there is such a function.</param>
    public CallPlaces(NativeFunction deliver, NativeFunction realloc, NativeFunction handleMessage)
    {
        (nint store, nint function, nint courier) = deliver.Places;
        _store = (byte*)store;
        _function = (byte*)function;
        _courier = (byte*)courier;
        _allocator = (byte*)realloc.Places.Instance;
        _handler = handleMessage.Exists ? (byte*)handleMessage.Places.Instance : _allocator;
    }

    /// <summary>Where a call reads and writes in a store of Wasmtime 50, in bytes from its context.</summary>
    private static ReadOnlySpan<short> StorePlaces => [0x5A8, 0x848, 0x888, 0x8C0, 0x8E8, 0x948];

    /// <summary>Prefetches these places into the caches.</summary>
    public void Fetch()
    {
        foreach (short place in StorePlaces)
        {
            CacheLines.Fetch(_store + place);
        }

        CacheLines.Fetch(_courier, InstanceLines);
        CacheLines.Fetch(_function);
        CacheLines.Fetch(_allocator, InstanceLines);
        if (_handler != _allocator)
        {
            CacheLines.Fetch(_handler, InstanceLines);
        }
    }
}
