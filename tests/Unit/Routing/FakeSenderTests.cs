using System.Text;
using Xunit;

namespace FireAndForget.Tests.Routing;

/// <summary>Code that only sends takes an <see cref="IMessageSender"/>: a host's endpoint, or a fake in a test.</summary>
public class FakeSenderTests
{
    [Fact]
    public async Task Endpoint_AsASender_SendsAsItself()
    {
        await using MessagingHost host = new(new() { Workers = 0 });
        List<string> received = [];
        host.AddEndpoint("log", message => received.Add($"{message.Sender} {message.Bytes.Length}"));
        Greeter greeter = new(host.AddEndpoint("client"));

        Assert.Equal(SendStatus.Accepted, greeter.Greet("log"));
        Assert.Equal(SendStatus.Accepted, await greeter.GreetAsync("log"));
        Assert.Equal(SendStatus.TargetNotFound, greeter.Greet("nobody"));
        host.Pump();

        Assert.Equal(["client 11", "client 11"], received);
    }

    [Fact]
    public async Task Fake_AsASender_SeesWhatIsSent()
    {
        RecordingSender fake = new("me");
        Greeter greeter = new(fake);

        Assert.Equal(SendStatus.Accepted, greeter.Greet("a"));
        Assert.Equal(SendStatus.Accepted, await greeter.GreetAsync("b"));

        Assert.Equal(["a: I am me", "b: I am me"], fake.Sent.Select(s => $"{s.Target}: {s.Text}"));
    }

    private sealed class Greeter(IMessageSender sender)
    {
        private byte[] Greeting => Encoding.UTF8.GetBytes($"I am {sender.Id}");

        public SendStatus Greet(string target) => sender.Send(target, Greeting);

        public ValueTask<SendStatus> GreetAsync(string target) => sender.SendAsync(target, Greeting);
    }

    private sealed class RecordingSender(string id) : IMessageSender
    {
        public List<(string Target, string Text)> Sent { get; } = [];

        public string Id => id;

        public SendStatus Send(string target, ReadOnlySpan<byte> message)
        {
            Sent.Add((target, Encoding.UTF8.GetString(message)));
            return SendStatus.Accepted;
        }

        public ValueTask<SendStatus> SendAsync(
            string target,
            ReadOnlyMemory<byte> message,
            CancellationToken cancellationToken = default
        ) => new(Send(target, message.Span));
    }
}
