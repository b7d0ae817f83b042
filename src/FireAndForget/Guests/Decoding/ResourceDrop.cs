using FireAndForget.Guests.Calls;

namespace FireAndForget.Guests.Decoding;

/// <summary>
/// The function <c>(handle: i32) -> ()</c> that gives back a handle to a resource of an imported interface.
/// </summary>
/// <param name="Interface">The interface that defines the resource, as the component names it.</param>
/// <param name="Resource">The resource's name in it.</param>
internal sealed record ResourceDrop(string Interface, string Resource) : CoreItem;
