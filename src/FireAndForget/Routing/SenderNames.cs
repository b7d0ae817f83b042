namespace FireAndForget.Routing;

/// <summary>The ids of senders by their numbers, as they were when this was taken from the <see cref="SenderDirectory"/>.</summary>
internal readonly struct SenderNames(SenderDirectory.Entry[] entries)
{
    public string IdOf(uint number) => entries[number].Id;
}
