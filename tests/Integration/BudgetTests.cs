using Xunit;

namespace FireAndForget.Tests;

/// <summary>Within a batch each message has a budget of its own, and the one that exceeds it is the one that is cut off.</summary>
public class BudgetTests
{
    private static readonly byte[] Endless = [0xFF];
    private static readonly byte[] Long = [1];

    /// <summary>
    /// Rejects each message with its number in the life of this instance, 1 first, after two million rounds, a few milliseconds
    /// where other work is at hand; one that starts with FF has no end.
    /// </summary>
    private const string Working = """
        (module
          (memory (export "memory") 4)
          (global $count (mut i32) (i32.const 0))
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
          (func (export "handle-message")
            (param $sender i32) (param $sender-length i32) (param $message i32) (param $length i32) (result i32)
            (local $rounds i32)
            (global.set $count (i32.add (global.get $count) (i32.const 1)))
            (if (i32.eq (i32.load8_u (local.get $message)) (i32.const 0xFF)) (then (loop $for-ever (br $for-ever))))
            (local.set $rounds (i32.const 2000000))
            (loop $again
              (local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))
              (br_if $again (local.get $rounds)))
            (global.get $count)))
        """;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Batch_LongMessagesAndOneWithoutEnd_OnlyThatOneIsTimedOut(int workers)
    {
        const int Before = 400;
        const int Behind = 30;
        await using TestHost host = new(workers);
        ComponentOptions options = new() { Limits = new() { MessageTimeout = TimeSpan.FromMilliseconds(250) } };
        Component working = host.AddText("working", Working, options);
        MessagingEndpoint client = host.AddSender();
        using ManualResetEventSlim go = new();
        if (workers != 0)
        {
            // The worker is held up, so that all messages are there when it begins.
            host.Host.AddEndpoint("holder", _ => Assert.True(go.Wait(TestHost.Patience)));
            client.Send("holder", [1]);
        }

        SendAll(client, Before);
        Assert.Equal(SendStatus.Accepted, client.Send("working", Endless));
        SendAll(client, Behind);
        go.Set();
        await host.SettleAsync();

        // Together those before it took longer than one's budget; none was charged for another, and those behind go to a fresh
        // instance.
        AccountingAssert.AssertEnded(working.Statistics, rejected: Before + Behind, timedOut: 1);
        IEnumerable<string> numbers = Enumerable
            .Range(1, Before)
            .Concat([0])
            .Concat(Enumerable.Range(1, Behind))
            .Select(Text);
        Assert.Equal(
            numbers,
            host.DeadLetters.Select(d => d.Outcome == Outcome.TimedOut ? "0" : d.Reason.Split(' ')[^1])
        );
        Assert.Single(host.Events.OfType<ComponentRestarted>());
    }

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static void SendAll(MessagingEndpoint client, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(SendStatus.Accepted, client.Send("working", Long));
        }
    }
}
