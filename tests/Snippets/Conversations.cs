using System.Text;

namespace FireAndForget.Tests.Snippets;

/// <summary>What docs/conversations.md shows.</summary>
internal static class Conversations
{
    public static async Task Wait(MessagingEndpoint client, byte[] order, CancellationToken cancel)
    {
        #region send-and-wait
        MessageFate fate = await client.SendAndWaitAsync("orders", order, cancel);
        if (!fate.IsHandled)
        {
            Console.WriteLine(fate); // Rejected: the order has no items
        }
        #endregion
    }

    public static async Task Ask(MessagingHost host, MessagingEndpoint client, CancellationToken cancel)
    {
        #region request
        host.AddEndpoint("prices", request => Answer.Of(PriceOf(request.Bytes))); // or Answer.Reject("it is not for sale")

        Reply reply = await client.RequestAsync("prices", "apple"u8, TimeSpan.FromSeconds(5), cancel);
        Console.WriteLine(reply.IsHandled ? Encoding.UTF8.GetString(reply.Bytes.Span) : reply.ToString());
        #endregion
    }

    public static void Publish(MessagingHost host, MessagingEndpoint client)
    {
        #region publish
        host.AddEndpoint("ticker", quote => Show(quote.Topic, quote.Bytes), new() { SubscribesTo = ["quotes/*"] });

        PublishResult published = client.Publish("quotes/acme", "42"u8);
        Console.WriteLine($"{published.Accepted} have it, {published.Refused} had no room");
        #endregion
    }

    public static async Task SendLater(MessagingEndpoint client)
    {
        #region send-later
        LaterResult reminder = client.SendLater("orders", "is it paid?"u8, TimeSpan.FromHours(1));
        if (await IsPaid())
        {
            client.CancelLater(reminder.Number);
        }
        #endregion
    }

    private static void Show(string? topic, ReadOnlySpan<byte> quote) =>
        Console.WriteLine($"{topic}: {quote.Length} bytes");

    private static Task<bool> IsPaid() => Task.FromResult(true);

    private static byte[] PriceOf(ReadOnlySpan<byte> article) => Encoding.UTF8.GetBytes($"{article.Length}.00");
}
