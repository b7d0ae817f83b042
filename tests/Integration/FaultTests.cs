using FireAndForget.Tests.Diagnostics;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>.NET code around a host that fails in ways that it should not: that message's outcome, and nobody else notices.</summary>
public class FaultTests
{
    /// <summary>Describing the exception threw as well: once that ended the process, or kept the receiver and the host for ever.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Handler_ThrowsWhatCannotBeDescribed_IsTrapped(int workers)
    {
        ListLogger log = new();
        await using MessagingHost host = new(new() { Workers = workers, Logger = log });
        using EventSubscription events = host.Subscribe();
        Endpoint client = host.AddEndpoint(
            "client",
            message => _ = message.Bytes[0] == 1 ? throw new IndescribableException() : 0
        );
        foreach (byte what in new byte[] { 1, 0, 1 })
        {
            Assert.Equal(SendStatus.Accepted, client.Send("client", [what]));
        }

        await host.DrainAsync(TestContext.Current.CancellationToken)
            .WaitAsync(TestHost.Patience, TestContext.Current.CancellationToken);

        Books.AssertEnded(client.Statistics, handled: 1, trapped: 2);
        while (events.TryRead(out HostEvent? happened))
        {
            Assert.Equal(
                "the endpoint's handler threw IndescribableException",
                Assert.IsType<DeadLetter>(happened).Why
            );
        }
    }

    /// <summary>The interrupt meets the worker at its next wait, behind the message.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Handler_InterruptsItsThread_EveryMessageIsHandled(int workers)
    {
        await using TestHost host = new(workers);
        InnocentNeighbour neighbour = new(host);
        Endpoint client = host.Host.AddEndpoint("client", _ => Thread.CurrentThread.Interrupt());
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal(SendStatus.Accepted, client.Send("client", [1]));
            await TestHost.UntilAsync(() => client.Statistics.Handled == i + 1, "it is handled");
        }

        Books.AssertEnded(client.Statistics, handled: 200);
        await neighbour.AssertWorksAsync();
    }

    private sealed class IndescribableException : InvalidOperationException
    {
        public override string Message => throw new IndescribableException();
    }
}
