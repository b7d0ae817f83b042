namespace FireAndForget.Tests;

/// <summary>Options like others but for what a test changes.</summary>
internal static class OptionsCopy
{
    public static ComponentOptions With(this ComponentOptions options, Action<ComponentOptions> change)
    {
        ComponentOptions copy = options.Snapshot();
        change(copy);
        return copy;
    }

    public static MessagingEndpointOptions With(
        this MessagingEndpointOptions options,
        Action<MessagingEndpointOptions> change
    )
    {
        MessagingEndpointOptions copy = options.Snapshot();
        change(copy);
        return copy;
    }
}
