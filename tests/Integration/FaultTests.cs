using FireAndForget.Dispatching;
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
        MessagingEndpoint client = host.AddEndpoint(
            "client",
            message => _ = message.Bytes[0] == 1 ? throw new IndescribableException() : 0
        );
        foreach (byte what in new byte[] { 1, 0, 1 })
        {
            Assert.Equal(SendStatus.Accepted, client.Send("client", [what]));
        }

        await host.DrainAsync(TestContext.Current.CancellationToken)
            .WaitAsync(TestHost.Patience, TestContext.Current.CancellationToken);

        AccountingAssert.AssertEnded(client.Statistics, handled: 1, trapped: 2);
        while (events.TryRead(out HostEvent? happened))
        {
            Assert.Equal(
                "the endpoint's handler threw IndescribableException",
                Assert.IsType<DeadLetter>(happened).Reason
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
        MessagingEndpoint client = host.Host.AddEndpoint("client", _ => Thread.CurrentThread.Interrupt());
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal(SendStatus.Accepted, client.Send("client", [1]));
            await TestHost.UntilAsync(() => client.Statistics.Handled == i + 1, "it is handled");
        }

        AccountingAssert.AssertEnded(client.Statistics, handled: 200);
        await neighbour.AssertWorksAsync();
    }

    /// <summary>
    /// While loads fail, at whatever stage, others get their messages; the one that was to be replaced goes on as it was, and nothing
    /// that waits for it is lost.
    /// </summary>
    [Theory]
    [MemberData(nameof(FailingLoads))]
    public async Task Load_Fails_TheOldVersionAndTheOthersGoOn(int workers, Fault fault)
    {
        const int Messages = 60;
        using FaultyFile file = new(fault);
        await using TestHost host = new(workers);
        Component mirror = host.Add("mirror", TestFiles.CMirror, new() { SendsTo = ["client"] });
        Component other = host.Add("other", TestFiles.CMirror, new() { SendsTo = ["client"] });
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        for (byte i = 0; i < Messages; i++)
        {
            Assert.Equal(SendStatus.Accepted, client.Send("mirror", [i]));
            Assert.Equal(SendStatus.Accepted, client.Send("other", [i]));
            if (i % 10 == 5)
            {
                AssertFails(() => mirror.Replace(ComponentSource.FromFile(file.Path)));
                AssertFails(() => host.Host.AddComponent("newcomer", file.Path));
                Assert.Equal(SendStatus.TargetNotFound, client.Send("newcomer", [i]));
            }
        }

        await host.SettleAsync();

        foreach (Component one in new[] { mirror, other })
        {
            AccountingAssert.AssertEnded(one.Statistics, handled: Messages);
            Assert.Equal(
                Enumerable.Range(0, Messages),
                inbox.Received.Where(r => r.Sender == one.Id).Select(r => (int)r.Bytes[0])
            );
        }

        Assert.All(host.Events, happened => Assert.Equal("newcomer", Assert.IsType<SendRefused>(happened).Target));

        file.Mend();
        mirror.Replace(ComponentSource.FromFile(file.Path));
        host.Host.AddComponent("newcomer", file.Path, new() { SendsTo = ["client"] });
        Assert.Equal(SendStatus.Accepted, client.Send("mirror", [1]));
        Assert.Equal(SendStatus.Accepted, client.Send("newcomer", [1]));
        await host.SettleAsync();

        AccountingAssert.AssertEnded(mirror.Statistics, handled: Messages + 1);
        Assert.Equal((2 * Messages) + 2, inbox.Received.Count);

        void AssertFails(Action load) =>
            Assert.StartsWith(file.Path, Assert.Throws<ComponentLoadException>(load).Message, StringComparison.Ordinal);
    }

    public static MatrixTheoryData<int, Fault> FailingLoads => new([0, 1, 2], Enum.GetValues<Fault>());

    /// <summary>What is wrong with a component's file: one for each stage of a load.</summary>
    public enum Fault
    {
        IsMissing,
        CannotBeRead,
        IsDamaged,
        DoesNotCompile,
        TrapsAtStart,
    }

    /// <summary>A component's file with a fault, in a folder of its own.</summary>
    private sealed class FaultyFile : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("faf-fault-");

        public FaultyFile(Fault fault)
        {
            switch (fault)
            {
                case Fault.CannotBeRead:
                    // A folder, because permissions do not keep everybody out.
                    Directory.CreateDirectory(Path);
                    break;
                case Fault.IsDamaged:
                    string whole = File.ReadAllText(TestFiles.PathOf(TestFiles.WatMirror));
                    File.WriteAllText(Path, whole[..(whole.Length / 2)]);
                    break;
                case Fault.DoesNotCompile:
                    File.WriteAllText(Path, Receiver("(func (result i32) i64.const 0)"));
                    break;
                case Fault.TrapsAtStart:
                    File.WriteAllText(Path, Receiver("(func $start unreachable) (start $start)"));
                    break;
                default:
                    break;
            }
        }

        public string Path => System.IO.Path.Combine(_folder.FullName, "guest.wat");

        /// <summary>Puts a guest without faults in its place.</summary>
        public void Mend()
        {
            if (Directory.Exists(Path))
            {
                Directory.Delete(Path);
            }

            File.Copy(TestFiles.PathOf(TestFiles.WatMirror), Path, overwrite: true);
        }

        public void Dispose() => _folder.Delete(recursive: true);

        private static string Receiver(string more) =>
            $"""
                (module
                  (memory (export "memory") 1)
                  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 16))
                  (func (export "handle-message") (param i32 i32 i32 i32) (result i32) (i32.const 0))
                  {more})
                """;
    }

    private sealed class IndescribableException : InvalidOperationException
    {
        public override string Message => throw new IndescribableException();
    }
}
