using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;
using CsCheck;
using FireAndForget.Mailboxes;
using Xunit;

namespace FireAndForget.Tests.Properties;

/// <summary>
/// Guests that ask each other, several at once, while they trap, are replaced, and come and go: each request that was accepted has one
/// reply, which a guest gets or which is late, and the reply tells what became of that request.
/// </summary>
public class RequestProperties
{
    private const byte Ask = 1;
    private const byte AskAndTrap = 3;
    private const byte Trap = 9;

    private static readonly string[] Ids = ["a", "b", "c"];

    private static readonly Gen<Step> AnyStep = Gen.Select(
        Gen.Frequency((30, Gen.Const(Ask)), (2, Gen.Const(AskAndTrap)), (2, Gen.Const(Trap)), (1, Gen.Byte[100, 102])),
        Gen.Int[0, 2],
        Gen.Int[0, 2],
        Gen.Byte[0, 2],
        (operation, asker, responder, how) => new Step(operation, Ids[asker], Ids[responder], how)
    );

    [Fact]
    public void Requests_AnyHistory_EndOnceAndWithWhatBecameOfThem() =>
        AnyStep
            .Array[1, 60]
            .Array[3]
            .Sample(
                threads =>
                {
                    using History history = new();
                    Parallel.ForEach(threads, steps => Array.ForEach(steps, history.Take));
                    return history.End();
                },
                iter: PropertyRuns.Of(60),
                threads: 1,
                print: threads => string.Join(" | ", threads.Select(steps => string.Join(", ", steps.AsEnumerable())))
            );

    /// <summary>What a thread does: tells a guest to ask, with how it is to be answered, or to trap; or replaces, removes or adds one.</summary>
    private sealed record Step(byte Operation, string Asker, string Responder, byte How);

    private sealed class History : IDisposable
    {
        private readonly MessagingHost _host = new(new() { Workers = 2, StopTimeout = TimeSpan.FromMinutes(1) });
        private readonly MessagingEndpoint _client;
        private readonly ConcurrentQueue<(string Asker, byte[] Reply)> _log = new();

        /// <summary>How each request is to be answered, by its mark, which an answer has too.</summary>
        private readonly ConcurrentDictionary<int, byte> _asked = new();
        private readonly Lock _changing = new();
        private int _marks;

        public History()
        {
            _client = _host.AddEndpoint("client");
            _host.AddEndpoint(
                "log",
                message => _log.Enqueue((message.Sender, message.Bytes.ToArray())),
                new() { Mailbox = MailboxOptions.Unbounded }
            );
            Array.ForEach(Ids, Add);
        }

        public void Take(Step step)
        {
            switch (step.Operation)
            {
                case 100:
                    Change(() => _host.Replace(step.Asker, Source));
                    break;
                case 101:
                    Change(() => _host.Remove(step.Asker));
                    break;
                case 102:
                    Change(() => Add(step.Asker));
                    break;
                default:
                    _client.Send(step.Asker, Message(step));
                    break;
            }
        }

        public void Dispose() => _host.DisposeAsync().AsTask().GetAwaiter().GetResult();

        public bool End()
        {
            _host.DrainAsync().Wait(TestContext.Current.CancellationToken);
            HostStatistics statistics = _host.Statistics;
            HashSet<int> answered = [];
            foreach ((_, byte[] reply) in _log)
            {
                var outcome = (ReplyOutcome)reply[8];
                bool isAnswer = outcome == ReplyOutcome.Handled;
                if (isAnswer)
                {
                    int mark = BinaryPrimitives.ReadInt32LittleEndian(reply.AsSpan(9));
                    if (!answered.Add(mark) || _asked[mark] != 0)
                    {
                        return false;
                    }
                }
                else if (reply.Length != 9 || outcome == ReplyOutcome.TimedOut)
                {
                    return false;
                }
            }

            // A reply is a message to the guest that it was logged from, and has another to the log behind it.
            long settled = statistics.Handled + statistics.Rejected + statistics.Trapped + statistics.Undeliverable;
            return statistics.Requests == _log.Count + statistics.LateReplies
                && statistics.Accepted == settled
                && statistics.Queued + statistics.InFlight + statistics.InMailboxes == 0;
        }

        private static ComponentSource Source =>
            ComponentSource.FromFile(Path.Combine(GuestFiles.Fixtures, "conversation-core.wasm"));

        private void Add(string id) =>
            _host.AddComponent(
                id,
                Source,
                new()
                {
                    SendsTo = ["*"],
                    Restart = new() { Max = 100_000 },
                    Limits = new() { MessageTimeout = TimeSpan.Zero, LoadTimeout = TimeSpan.Zero },
                }
            );

        private void Change(Action change)
        {
            lock (_changing)
            {
                try
                {
                    change();
                }
                catch (ArgumentException)
                {
                    // There is none of that id, or one already.
                }
            }
        }

        private byte[] Message(Step step)
        {
            byte[] request = new byte[5];
            int mark = Interlocked.Increment(ref _marks);
            request[0] = step.How;
            BinaryPrimitives.WriteInt32LittleEndian(request.AsSpan(1), mark);
            // There are so few that none begins with FE or FF, to which a guest reacts.
            _asked[mark] = step.How;
            return
            [
                step.Operation,
                (byte)step.Responder.Length,
                .. Encoding.ASCII.GetBytes(step.Responder),
                .. request,
            ];
        }
    }
}
