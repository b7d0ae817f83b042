namespace FireAndForget.Tests.Snippets;

/// <summary>What README says of events.</summary>
internal static class Events
{
    public static async Task Write(MessagingHost host)
    {
        #region subscribe
        using EventSubscription events = host.Subscribe();
        await foreach (HostEvent happened in events)
        {
            Console.WriteLine(happened); // DeadLetter, SendRefused, ComponentRestarted, ComponentStopped
        }
        #endregion
    }
}
