namespace FireAndForget.Routing;

/// <summary>
/// The open requests of one sender by their numbers. Numbers follow each other, so the last bits of a number tell its place, and few
/// requests share one: those are linked. For one thread at a time.
/// </summary>
internal sealed class RequestTable
{
    private const int LeastPlaces = 4;

    /// <summary>The first request of each place; as many as a power of two, or none before the first request.</summary>
    private Link[] _places = [];

    /// <summary>How many requests there are.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a request that is in no table, and whose number no other one here has.</summary>
    public void Add(OpenRequest request)
    {
        if (Count == _places.Length)
        {
            Grow();
        }

        Place(request);
        Count++;
    }

    /// <summary>Removes a request that is in.</summary>
    public void Remove(OpenRequest request)
    {
        ref Link place = ref PlaceOf(request.Number);
        if (place.Request == request)
        {
            place.Request = request.Next;
        }
        else
        {
            OpenRequest before = place.Request!;
            while (before.Next != request)
            {
                before = before.Next!;
            }

            before.Next = request.Next;
        }

        request.Next = null;
        Count--;
    }

    /// <summary>The request with a number; null: there is none.</summary>
    public OpenRequest? Find(ulong number)
    {
        OpenRequest? request = Count == 0 ? null : PlaceOf(number).Request;
        while (request is not null && request.Number != number)
        {
            request = request.Next;
        }

        return request;
    }

    /// <summary>All requests that are in.</summary>
    public List<OpenRequest> ToList()
    {
        List<OpenRequest> all = new(Count);
        foreach (Link place in _places)
        {
            for (OpenRequest? request = place.Request; request is not null; request = request.Next)
            {
                all.Add(request);
            }
        }

        return all;
    }

    private void Grow()
    {
        List<OpenRequest> all = ToList();
        _places = new Link[Math.Max(LeastPlaces, 2 * _places.Length)];
        all.ForEach(Place);
    }

    private void Place(OpenRequest request)
    {
        ref Link place = ref PlaceOf(request.Number);
        request.Next = place.Request;
        place.Request = request;
    }

    private ref Link PlaceOf(ulong number) => ref _places[(int)(number & (uint)(_places.Length - 1))];

    /// <summary>
    /// Wraps a reference. Storing into an array of structs spares the type check that storing into an array of a class needs.
    /// </summary>
    private struct Link
    {
        public OpenRequest? Request;
    }
}
