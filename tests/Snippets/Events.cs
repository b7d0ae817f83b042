namespace FireAndForget.Tests.Snippets;

/// <summary>What the documents say of events and handlers.</summary>
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

    public static void Audit(MessagingHost host, Stream file)
    {
        #region async-handler
        host.AddEndpoint(
            "audit",
            async (message, cancel) =>
            {
                await file.WriteAsync(message.Bytes, cancel); // its bytes stay as they are until the handler's task ends
            },
            new() { MaxConcurrency = 4, HandlerTimeout = TimeSpan.FromSeconds(10) }
        );
        #endregion
    }
}
