using System.Diagnostics.CodeAnalysis;
using FireAndForget.Buffers;

namespace FireAndForget.Dispatching;

/// <summary>
/// The next few ready receivers of one thread, in their order. They are taken from the queues ahead of their turns, and what a turn
/// accesses is prefetched into the caches: with thousands of receivers each turn would otherwise wait for a dozen lines and pages, one
/// after the other. Other threads may take receivers out of it, so that none waits behind a long turn.
/// </summary>
/// <remarks>
/// Prefetching goes by groups of four receivers and in four steps. While one group has its turns, each turn takes one step for all
/// receivers of the next group: their own lines, what they refer to, what their handlers refer to, and their next messages. Each step
/// needs what the step before it brought. A request for a line whose page is not in the TLB blocks its thread until the page is found,
/// but several such requests in a row take hardly longer than one; so the requests of a step are made together, and nothing between them
/// reads what is not there yet.
/// </remarks>
internal sealed class UpcomingReceivers
{
    /// <summary>How many are looked ahead at together: one for each step.</summary>
    private const int Group = 4;

    /// <summary>The places of the group whose turns come now, and of the next group.</summary>
    private const int Places = 2 * Group;

    /// <summary>The number of receivers that fit, with what their turns need, in a core's first cache, so that nothing has to be fetched.</summary>
    private const int Few = 16;

    /// <summary>
    /// For how many turns receivers are looked ahead at after the turn of one that was not among the last few, so that both groups take all
    /// their steps.
    /// </summary>
    private const int TurnsOfLook = 2 * Places;

    /// <summary>How many cache lines of a receiver a turn needs.</summary>
    private const int FetchedLines = 5;

    private readonly Place[] _places = new Place[Places];

    /// <summary>The number of the next receiver, and how many there are from there on; for the owner.</summary>
    private int _first;
    private int _filled;

    /// <summary>The number of this turn; it begins so that a receiver that never had a turn is not among the last few. For the owner.</summary>
    private int _turn = Few;

    /// <summary>The number of the last turn of a receiver that was not among the last few. For the owner.</summary>
    private int _lastOfMany;

    /// <summary>Whether the owner has taken all out; others may have taken what it still counts.</summary>
    public bool IsEmpty => _filled == 0;

    /// <summary>Whether another one fits.</summary>
    public bool HasRoom => _filled < Places;

    /// <summary>Whether there is one. Any thread.</summary>
    public bool HasAny
    {
        get
        {
            foreach (ref Place place in _places.AsSpan())
            {
                if (Volatile.Read(ref place.Receiver) is not null)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>
    /// Counts the turn of a receiver. Whether it is worth looking ahead is told by the past, which costs one field of the receiver
    /// at hand: few that have their turns again and again are in the cache already. For the owner.
    /// </summary>
    /// <returns>Whether to look ahead.</returns>
    public bool BeginTurn(Receiver receiver)
    {
        int turn = ++_turn;
        if ((uint)(turn - receiver.LastTurn) > Few)
        {
            _lastOfMany = turn;
        }

        receiver.LastTurn = turn;
        return turn - _lastOfMany < TurnsOfLook;
    }

    /// <summary>Adds a receiver behind the others; there must be room. For the owner.</summary>
    public void Add(Receiver receiver) => Volatile.Write(ref PlaceOf(_first + _filled++), receiver);

    /// <summary>Takes the first one. For the owner.</summary>
    public bool TryTake([NotNullWhen(true)] out Receiver? receiver)
    {
        while (_filled != 0)
        {
            ref Receiver? place = ref PlaceOf(_first);
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
        foreach (ref Place place in _places.AsSpan())
        {
            if (
                Volatile.Read(ref place.Receiver) is not null
                && Interlocked.Exchange(ref place.Receiver, null) is { } found
            )
            {
                receiver = found;
                return true;
            }
        }

        receiver = null;
        return false;
    }

    /// <summary>Takes the step of this turn for the next group. For the owner, once before each turn.</summary>
    public void Fetch()
    {
        int turn = _first - 1;
        int start = (turn & -Group) + Group;
        int end = Math.Min(start + Group, _first + _filled);
        for (int number = start; number < end; number++)
        {
            if (Volatile.Read(ref PlaceOf(number)) is { } receiver)
            {
                Fetch(receiver, turn & (Group - 1));
            }
        }
    }

    private static void Fetch(Receiver receiver, int step)
    {
        switch (step)
        {
            case 0:
                CacheLines.FetchObject(receiver, FetchedLines);
                break;
            case 1:
                receiver.FetchParts();
                break;
            case 2:
                receiver.FetchInstance();
                break;
            default:
                receiver.FetchMessage();
                break;
        }
    }

    private ref Receiver? PlaceOf(int number) => ref _places[number & (Places - 1)].Receiver;

    /// <summary>
    /// Wraps a reference. Storing into an array of structs spares the type check that storing into an array of a class needs.
    /// </summary>
    private struct Place
    {
        public Receiver? Receiver;
    }
}
