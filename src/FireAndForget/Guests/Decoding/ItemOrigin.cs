namespace FireAndForget.Guests.Decoding;

/// <summary>
/// Where an item of a component comes from that the component does not define itself: it is imported, or exported by an instance that
/// was given or made. An item within a nested component is found through them, see <see cref="OriginFinder"/>.
/// </summary>
/// <param name="Instance">The instance that exports it, an item of the same component; null: the component itself imports it.</param>
/// <param name="Name">The name of the import or of the export.</param>
internal sealed record ItemOrigin(ComponentInstance? Instance, string Name);
