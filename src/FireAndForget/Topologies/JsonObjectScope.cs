namespace FireAndForget.Topologies;

/// <summary>An object that is being read: which it is, where it starts, and which of its properties were there already.</summary>
internal struct JsonObjectScope(string name, int line)
{
    private uint _seen;

    /// <summary>How errors call the object.</summary>
    public string Name { get; } = name;

    /// <summary>The line in which it starts.</summary>
    public int Line { get; } = line;

    /// <summary>The property whose value comes next.</summary>
    public string Property { get; private set; } = "";

    /// <summary>Goes to a property, given by its place among those that the object may have, and its name.</summary>
    /// <returns>False where it was there before.</returns>
    public bool TryEnter(int index, string property)
    {
        uint bit = 1u << index;
        if ((_seen & bit) != 0)
        {
            return false;
        }

        _seen |= bit;
        Property = property;
        return true;
    }
}
