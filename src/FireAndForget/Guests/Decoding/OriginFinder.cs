namespace FireAndForget.Guests.Decoding;

/// <summary>
/// Follows an item through imports and exports of the components within a guest to where it is defined, or to the guest's own import.
/// Definitions refer to earlier ones alone, so each way has an end; a hostile guest can make it long, which is bounded.
/// </summary>
internal sealed class OriginFinder
{
    private const int MostSteps = 1_000_000;
    private const int DeepestInstance = 500;

    private int _steps;

    /// <summary>
    /// The definition, in its own component, or an import of the guest, in the guest; null where it cannot be told: what is given is
    /// missing or of another sort, or the way is too long.
    /// </summary>
    public PlacedItem? Find(PlacedItem item) => Find(item, 0);

    private PlacedItem? Find(PlacedItem item, int depth)
    {
        PlacedItem? at = item;
        while (at is { Item: { Origin: { } origin, Sort: var sort }, Component: var component })
        {
            if (++_steps > MostSteps || depth > DeepestInstance)
            {
                return null;
            }

            bool isGuests = component.Outer is null;
            if (isGuests && (origin.Instance is null || origin.Instance.ImportName is not null))
            {
                return at;
            }

            at =
                origin.Instance is null ? component.Given(origin.Name)
                : Find(new(origin.Instance, component), depth + 1) is { Item: ComponentInstance instance } found
                    ? ExportOf(instance, found.Component, origin.Name)
                : null;
            if (at?.Item.Sort != sort)
            {
                return null;
            }
        }

        return at;
    }

    private static PlacedItem? ExportOf(ComponentInstance instance, InlinedComponent component, string name) =>
        instance.ImportName is not null ? component.Place(instance.Find(name))
        : instance.Origin is null ? component.ExportOf(instance, name)
        : null;
}
