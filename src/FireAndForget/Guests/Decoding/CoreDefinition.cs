namespace FireAndForget.Guests.Decoding;

/// <summary>Something in one of a component's core index spaces.</summary>
internal abstract record CoreDefinition(CoreSort Sort);

/// <summary>Any other function that the canonical ABI offers to core code, by its name, and what it was made with.</summary>
internal sealed record CanonicalBuiltIn(string Name) : CoreDefinition(CoreSort.Function)
{
    /// <summary>The result that <c>task.return</c> gives, where there is one, or the type of a stream or future.</summary>
    public ComponentType? Type { get; init; }

    public CanonicalOptions? Options { get; init; }

    /// <summary>Where <c>waitable-set.wait</c> and <c>waitable-set.poll</c> write an event.</summary>
    public CoreDefinition? Memory { get; init; }

    /// <summary>The number of a context's slot.</summary>
    public uint Slot { get; init; }

    /// <summary>Whether cancelling does not wait.</summary>
    public bool IsAsync { get; init; }
}

/// <summary>How a core function becomes a function of the component (<c>canon lift</c>).</summary>
internal sealed record CanonicalLift(CoreDefinition Function, CanonicalOptions Options, int Offset);

/// <summary>A function of the component made callable for core code (<c>canon lower</c>).</summary>
internal sealed record LoweredFunction(ComponentFunction Function, CanonicalOptions Options)
    : CoreDefinition(CoreSort.Function);

/// <summary>The function that gives back a handle to a resource (<c>canon resource.drop</c>).</summary>
internal sealed record DroppedResource(ComponentType Resource) : CoreDefinition(CoreSort.Function);

/// <summary>
/// What an instance of a core module exports under a name; the place is that of <see cref="CoreExternal.Place"/>, -1 where it is not
/// known.
/// </summary>
internal sealed record InstanceExport(CoreInstance Instance, string Name, CoreSort Sort, int Place)
    : CoreDefinition(Sort);
