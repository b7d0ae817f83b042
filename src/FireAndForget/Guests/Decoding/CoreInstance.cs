namespace FireAndForget.Guests.Decoding;

/// <summary>
/// A core instance in a component: made from a module with arguments, or put together from items at hand.
/// </summary>
internal sealed class CoreInstance
{
    private readonly Dictionary<string, CoreDefinition>? _items;

    public CoreInstance(Dictionary<string, CoreDefinition> items, int offset)
    {
        _items = items;
        Arguments = [];
        Offset = offset;
    }

    public CoreInstance(ComponentModule module, Dictionary<string, CoreInstance> arguments, int offset)
    {
        Module = module;
        Arguments = arguments;
        Offset = offset;
    }

    /// <summary>The module that it is made from; null where it is put together.</summary>
    public ComponentModule? Module { get; }

    /// <summary>The instances behind the modules' names of its imports.</summary>
    public Dictionary<string, CoreInstance> Arguments { get; }

    public int Offset { get; }

    /// <summary>
    /// What it exports under a name; null where it has no such export. Where its module is imported, whose exports are not known,
    /// an export of the asked sort is assumed.
    /// </summary>
    public CoreDefinition? Find(string name, CoreSort sort)
    {
        if (_items is not null)
        {
            return _items.GetValueOrDefault(name);
        }

        if (Module!.Module is not { } module)
        {
            return new InstanceExport(this, name, sort, -1);
        }

        return module.Exports.TryGetValue(name, out CoreExternal export)
            ? new InstanceExport(this, name, export.Sort, export.Place)
            : null;
    }
}
