namespace FireAndForget.Guests.Direct;

/// <summary>Something that can be handed to a core module's import.</summary>
internal abstract record CoreItem;
