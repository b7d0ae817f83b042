using System.Diagnostics.CodeAnalysis;

namespace FireAndForget.Dispatching;

/// <summary>
/// The next few ready receivers of one thread, in their order. It takes them from the queues ahead of their turns and has what a turn
/// touches brought into the caches, a step at each turn of another: with thousands of receivers each turn would wait for a dozen lines
/// and pages, one after the other. Other threads may take receivers out of it, so that none waits behind a long turn.
/// </summary>
internal sealed class UpcomingReceivers
{
    private const int Places = 4;

    private readonly Receiver?[] _places = new Receiver?[Places];

    /// <summary>The first place of the next receiver, and how many were filled from there on; for the owner.</summary>
    private int _first;
    private int _filled;

    /// <summary>Whether the owner has taken all out; others may have taken what it still counts.</summary>
    public bool IsEmpty => _filled == 0;

    /// <summary>Whether another one fits.</summary>
    public bool HasRoom => _filled < Places;

    /// <summary>Whether there is one. Any thread.</summary>
    public bool HasAny
    {
        get
        {
            foreach (ref Receiver? place in _places.AsSpan())
            {
                if (Volatile.Read(ref place) is not null)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Adds one behind the others, where there is room. For the owner.</summary>
    public void Add(Receiver receiver)
    {
        Volatile.Write(ref Place(_filled++), receiver);
        receiver.FetchItself();
    }

    /// <summary>Takes the first one. For the owner.</summary>
    public bool TryTake([NotNullWhen(true)] out Receiver? receiver)
    {
        while (_filled != 0)
        {
            ref Receiver? place = ref Place(0);
            _first++;
            _filled--;
            receiver = Interlocked.Exchange(ref place, null);
            if (receiver is not null)
            {
                return true;
            }
        }

        receiver = null;
        return false;
    }

    /// <summary>Takes one. Any thread.</summary>
    public bool TrySteal([NotNullWhen(true)] out Receiver? receiver)
    {
        foreach (ref Receiver? place in _places.AsSpan())
        {
            if (Volatile.Read(ref place) is not null && Interlocked.Exchange(ref place, null) is { } found)
            {
                receiver = found;
                return true;
            }
        }

        receiver = null;
        return false;
    }

    /// <summary>Has more brought of those whose turns come next, before the turn of another. For the owner.</summary>
    public void Fetch()
    {
        // Each step needs what the one before it brought, a turn earlier.
        if (_filled > 2)
        {
            Volatile.Read(ref Place(2))?.FetchParts();
        }

        if (_filled > 1)
        {
            Volatile.Read(ref Place(1))?.FetchInstance();
        }

        if (_filled > 0)
        {
            Volatile.Read(ref Place(0))?.FetchMessage();
        }
    }

    private ref Receiver? Place(int index) => ref _places[(_first + index) & (Places - 1)];
}
