namespace FireAndForget.Tests.Soak;

/// <summary>
/// An id under which components follow one another, and the sums of what became of their messages. Only the thread that loads and
/// removes changes it; it is read at rest.
/// </summary>
internal sealed class Slot(string id, SlotKind kind)
{
    // What was removed may still settle a message that it was handling.
    private readonly Queue<Component> _leaving = [];
    private MessageStatistics _left = new();
    private long _leftRefused;

    public string Id { get; } = id;

    public SlotKind Kind { get; } = kind;

    /// <summary>The component that is there; null: none.</summary>
    public Component? Current { get; private set; }

    /// <summary>The guest of the component that was added last.</summary>
    public string File { get; private set; } = "";

    public void Fill(Component component, string file)
    {
        Current = component;
        File = Path.GetFileName(file);
    }

    public bool Empty()
    {
        if (Current is not { } component)
        {
            return false;
        }

        component.Remove();
        _leaving.Enqueue(component);
        Current = null;
        return true;
    }

    /// <summary>Lets go of components that were removed and are done: they take no messages any more, and have settled all.</summary>
    public void Forget()
    {
        while (_leaving.TryPeek(out Component? component) && component.Statistics is { Waiting: 0, InMailboxes: 0 })
        {
            _leaving.Dequeue();
            _left = _left.Plus(component.Statistics);
            _leftRefused += component.SendsRefused;
        }
    }

    /// <summary>The sums over all components of this id, and how many of their sends were refused.</summary>
    public (MessageStatistics Statistics, long SendsRefused) Sum()
    {
        IEnumerable<Component> all = _leaving.Concat(Current is null ? [] : [Current]);
        return (
            all.Aggregate(_left, (sum, component) => sum.Plus(component.Statistics)),
            _leftRefused + all.Sum(component => component.SendsRefused)
        );
    }
}
