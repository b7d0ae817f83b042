namespace FireAndForget.Mailboxes;

/// <summary>
/// A list whose items lie in pages, so that growing copies nothing and takes no more than a page too much. For one thread at a time.
/// </summary>
internal sealed class PagedList<T>
{
    private const int PageBits = 9;
    private const int PageSize = 1 << PageBits;

    private readonly List<T[]> _pages = [];

    public int Count { get; private set; }

    public ref T this[int index] => ref _pages[index >> PageBits][index & (PageSize - 1)];

    /// <summary>Adds an item, whose value is whatever lies there.</summary>
    public ref T Add()
    {
        if (Count == _pages.Count << PageBits)
        {
            _pages.Add(new T[PageSize]);
        }

        return ref this[Count++];
    }

    /// <summary>Removes the last item. Of the pages that are empty then one is kept.</summary>
    public void RemoveLast()
    {
        Count--;
        int used = (Count + PageSize - 1) >> PageBits;
        if (_pages.Count > used + 1)
        {
            _pages.RemoveAt(_pages.Count - 1);
        }
    }

    public void Clear()
    {
        Count = 0;
        _pages.Clear();
    }
}
