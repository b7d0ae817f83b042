namespace FireAndForget;

/// <summary>Something that became of a message or of a component; see <see cref="MessagingHost.Subscribe(int)"/>.</summary>
public abstract record HostEvent
{
    private protected HostEvent() { }
}
