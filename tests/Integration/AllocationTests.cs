using Xunit;

namespace FireAndForget.Tests;

/// <summary>A send in steady state allocates no managed memory, and neither does a delivery. In manual mode both are on this thread.</summary>
public class AllocationTests
{
    private const int Rounds = 300;

    private static readonly ComponentOptions MayAnswer = new() { SendsTo = ["client"] };

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(4096)]
    [InlineData(32 * 1024)]
    public async Task SendAndDeliver_ToAGuest_AllocateNothing(int length)
    {
        await using TestHost host = new(workers: 0);
        host.Add("handler", TestFiles.HandleMessage);
        MessagingEndpoint client = host.AddSender();
        byte[] message = new byte[length];

        Assert.Equal(0, AllocatedBy(() => client.Send("handler", message), host));
    }

    [Fact]
    public async Task Deliver_ToAGuestThatAsksForItsId_AllocatesNothing()
    {
        await using TestHost host = new(workers: 0);
        host.AddText(
            "asking",
            """
            (module
              (import "host-messaging" "self-id" (func $self-id (param i32 i32) (result i32)))
              (memory (export "memory") 2)
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
              (func (export "handle-message") (param i32 i32 i32 i32) (result i32)
                (i32.ne (call $self-id (i32.const 16) (i32.const 64)) (i32.const 6))))
            """
        );
        MessagingEndpoint client = host.AddSender();

        Assert.Equal(0, AllocatedBy(() => client.Send("asking", [1]), host));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(4096)]
    public async Task SendAndDeliver_Prepared_AllocateNothing(int length)
    {
        await using TestHost host = new(workers: 0);
        host.Add("handler", TestFiles.Basic);
        PreparedSender sender = host.AddSender().Prepare("handler");
        byte[] message = new byte[length];

        Assert.Equal(0, AllocatedBy(() => sender.Send(message), host));
    }

    [Fact]
    public async Task SendAndDeliver_PreparedBeforeTheTargetWas_AllocateNothing()
    {
        await using TestHost host = new(workers: 0);
        PreparedSender sender = host.AddSender().Prepare("handler");
        host.Add("handler", TestFiles.Basic);

        Assert.Equal(0, AllocatedBy(() => sender.Send([1, 2, 3]), host));
    }

    [Fact]
    public async Task SendAsync_PreparedBeforeTheTargetWas_AllocatesNothing()
    {
        await using TestHost host = new(workers: 0);
        PreparedSender sender = host.AddSender().Prepare("handler");
        host.Add("handler", TestFiles.Basic);
        ReadOnlyMemory<byte> message = new byte[16];
        CancellationToken token = TestContext.Current.CancellationToken;

        Assert.Equal(0, AllocatedBy(() => Finished(sender.SendAsync(message, token)), host));
    }

    [Fact]
    public async Task SendAsync_WhereThereIsRoom_AllocatesNothing()
    {
        await using TestHost host = new(workers: 0);
        host.Add("handler", TestFiles.Basic);
        MessagingEndpoint client = host.AddSender();
        ReadOnlyMemory<byte> message = new byte[16];
        CancellationToken token = TestContext.Current.CancellationToken;

        Assert.Equal(0, AllocatedBy(() => Finished(client.SendAsync("handler", message, token)), host));
    }

    [Theory]
    [InlineData(TestFiles.HandleMessage, false)]
    [InlineData(TestFiles.HandleMessage, true)]
    [InlineData(TestFiles.Echo, false)]
    [InlineData(TestFiles.CMirror, false)]
    public async Task Send_OfAGuest_AllocatesNothing(string guest, bool hostChanges)
    {
        await using TestHost host = new(workers: 0);
        host.Add("guest", guest, MayAnswer);
        MessagingEndpoint client = host.Host.AddEndpoint("client", _ => { });
        byte[] message = guest == TestFiles.HandleMessage ? Payload.Echo(64) : new byte[64];
        client.Send("guest", message);
        host.Host.Pump();
        if (hostChanges)
        {
            // A sender that has sent before the change finds its routes out of date, once.
            host.AddSender("newcomer");
        }

        Assert.Equal(0, AllocatedBy(() => client.Send("guest", message), host));
        Assert.Equal(0, host.Statistics.Refused);
    }

    [Fact]
    public async Task SendAndDeliver_ToAnEndpoint_AllocateNothing()
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint client = host.Host.AddEndpoint("client", _ => { });
        byte[] message = new byte[100];

        Assert.Equal(0, AllocatedBy(() => client.Send("client", message), host));
    }

    [Fact]
    public async Task Send_ToManyTargetsByTurns_AllocatesNothing()
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint client = host.AddSender();
        string[] targets = [.. Enumerable.Range(0, 5).Select(i => $"target{i}")];
        foreach (string target in targets)
        {
            host.Add(target, TestFiles.Basic);
        }

        int turn = 0;
        Assert.Equal(0, AllocatedBy(() => client.Send(targets[turn++ % targets.Length], [1]), host));
    }

    [Fact]
    public async Task Send_RejectedByTheGuestWithNobodyListening_AllocatesNothing()
    {
        await using MessagingHost host = new(new() { Workers = 0 });
        host.AddComponent("rejecting", TestFiles.PathOf(TestFiles.Rejecting));
        MessagingEndpoint client = host.AddEndpoint("client");

        Assert.Equal(0, AllocatedBy(() => client.Send("rejecting", [1]), host));
    }

    /// <summary>Importing WASI costs nothing; using it neither, where nobody takes what it writes.</summary>
    [Theory]
    [InlineData("hello")]
    [InlineData("!ohello")]
    [InlineData("!m")]
    [InlineData("!t")]
    [InlineData("!r")]
    [InlineData("!s0")]
    public async Task Send_ToAGuestWithWasi_AllocatesNothing(string text)
    {
        await using TestHost host = new(workers: 0);
        host.Add("guest", TestFiles.CWasi, MayAnswer);
        MessagingEndpoint client = host.Host.AddEndpoint("client", _ => { });
        byte[] message = System.Text.Encoding.ASCII.GetBytes(text);

        Assert.Equal(0, AllocatedBy(() => client.Send("guest", message), host));
        Assert.Equal(host.Statistics.Accepted, host.Statistics.Handled);
    }

    /// <summary>Tasks, what they wait for and the standard output of WASI 0.3 cost nothing, once the guest has made its streams.</summary>
    [Theory]
    [InlineData("task")]
    [InlineData("timer")]
    [InlineData("output")]
    public async Task Send_ToAGuestWithAsyncFunctions_AllocatesNothing(string what)
    {
        await using TestHost host = new(workers: 0);
        host.AddText("guest", what == "output" ? ChannelGuest.Component : TaskGuest.Component);
        MessagingEndpoint client = host.AddSender();
        const int First = TaskGuest.Register;
        byte[] message = what switch
        {
            "task" => new TaskGuest.Steps().SetContext(1).End(1).GetContext(0).Return().End(1).Message,
            "timer" => new TaskGuest.Steps()
                .NewSet(0)
                .Start(3_600_000, 1)
                .Join(First + 1, First)
                .PollSet(First, 2, at: 512)
                .Join(First + 1, 0)
                .Cancel(First + 1, 2)
                .Drop(First + 1)
                .DropSet(First)
                .Return()
                .Message,
            _ => new ChannelGuest.Steps().Do("bytes.write", ChannelGuest.Register + 1, 1024, 8).Return().Message,
        };
        if (what == "output")
        {
            ChannelGuest.Steps open = new ChannelGuest.Steps().New("bytes", 0).Do("stdout", ChannelGuest.Register);
            Assert.Equal(SendStatus.Accepted, client.Send("guest", open.Return().Message));
        }

        Assert.Equal(0, AllocatedBy(() => client.Send("guest", message), host));
        Assert.Equal(host.Statistics.Accepted, host.Statistics.Handled);
    }

    private static SendStatus Finished(ValueTask<SendStatus> sending)
    {
        Assert.True(sending.IsCompletedSuccessfully);
        return sending.Result;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Request_ToAGuestOrAnEndpoint_WithRoomForTheAnswer_AllocatesNothing(bool isGuest)
    {
        await using TestHost host = new(workers: 0, listens: false);
        host.Add("guest", TestFiles.ConversationCore);
        host.Host.AddEndpoint("endpoint", _ => Answer.Of(default));
        MessagingEndpoint client = host.AddSender();
        string target = isGuest ? "guest" : "endpoint";
        byte[] message = new byte[16];
        Memory<byte> room = new byte[100];
        TimeSpan timeout = TimeSpan.FromHours(1);

        Assert.Equal(
            0,
            AllocatedBy(
                () =>
                {
                    ValueTask<Reply> asked = client.RequestAsync(target, message, room, timeout);
                    host.Host.Pump();
                    Reply reply = asked.IsCompleted ? asked.GetAwaiter().GetResult() : default;
                    return reply.Bytes.Length == (isGuest ? 15 : 0) ? reply.Status : SendStatus.Closed;
                },
                host
            )
        );
    }

    /// <summary>Each message has it ask another one, whose answer goes to an endpoint.</summary>
    [Fact]
    public async Task Request_OfAGuest_AllocatesNothing()
    {
        await using TestHost host = new(workers: 0, listens: false);
        host.Add("asker", TestFiles.ConversationCore, new() { SendsTo = ["*"] });
        host.Add("responder", TestFiles.ConversationCore);
        int replies = 0;
        host.Host.AddEndpoint("log", _ => replies++);
        MessagingEndpoint client = host.AddSender();
        byte[] ask = [1, 9, .. "responder"u8, 0, 1, 2, 3];

        Assert.Equal(0, AllocatedBy(() => client.Send("asker", ask), host));
        Assert.True(replies > Rounds);
    }

    private static long AllocatedBy(Func<SendStatus> send, TestHost host) => AllocatedBy(send, host.Host);

    /// <summary>
    /// What sends one by one and in bursts, each delivered, allocate once they have been warmed up. The host's clock is stopped: on a busy
    /// machine it ticks while a guest runs, and the engine's call for that allocates. What allocates once in some thousand messages is seen each
    /// time.
    /// </summary>
    private static long AllocatedBy(Func<SendStatus> send, MessagingHost host)
    {
        host.Parts.Ticker.Dispose();
        bool accepted = Run(send, host);
        long least = Allocations.Least(() => Allocations.Of(() => accepted &= Run(send, host)));

        Assert.True(accepted, "A send was refused.");
        return least;
    }

    private static bool Run(Func<SendStatus> send, MessagingHost host)
    {
        bool accepted = true;
        for (int round = 0; round < Rounds; round++)
        {
            int burst = round % 2 == 0 ? 1 : 20;
            for (int i = 0; i < burst; i++)
            {
                accepted &= send() == SendStatus.Accepted;
            }

            host.Pump();
        }

        return accepted;
    }
}
