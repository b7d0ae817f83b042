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

    private static byte[] PriceOf(ReadOnlySpan<byte> article) => Encoding.UTF8.GetBytes($"{article.Length}.00");
}
