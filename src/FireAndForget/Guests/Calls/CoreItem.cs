namespace FireAndForget.Guests.Calls;

/// <summary>Something that can be handed to a core module's import.</summary>
internal abstract record CoreItem;
