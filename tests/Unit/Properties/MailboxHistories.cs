using CsCheck;
using FireAndForget.Mailboxes;
using Xunit;

namespace FireAndForget.Tests.Properties;

/// <summary>
/// What several threads do with a mailbox at once looks as if they had done it one after the other: some order of the same steps gives
/// a list that is too simple to be wrong the same answers.
/// </summary>
public class MailboxHistories
{
    private const int Room = 2;

    [Fact]
    public void Ring_AnyParallelHistory_IsLinearizable() =>
        CheckHistories(
            Room,
            () =>
            {
                // Far from its start, so that its reader starts over whenever it is empty.
                RingMailbox ring = new(new() { Messages = Room, Bytes = 66_000 });
                ring.TryEnqueue(0, new byte[66_000]);
                ring.Release(1);
                return ring;
            }
        );

    [Fact]
    public void Unbounded_AnyParallelHistory_IsLinearizable() =>
        CheckHistories(int.MaxValue, () => new LockedMailbox(MailboxOptions.Unbounded, (_, _, _) => null));

    private static void CheckHistories(int room, Func<Mailbox> make) =>
        Gen.Const(() => (new Actual(make), new Model(room)))
            .SampleParallel(
                Gen.Int[1, 100]
                    .Operation<Actual, Model>(
                        number => $"Send({number})",
                        (actual, number) => actual.Send(number),
                        (model, number) => model.Send(number)
                    ),
                Gen.Int[1, 1]
                    .Operation<Actual, Model>(_ => "Take", (actual, _) => actual.Take(), (model, _) => model.Take()),
                Gen.Int[1, 1]
                    .Operation<Actual, Model>(_ => "Count", (actual, _) => actual.Look(), (model, _) => model.Look()),
                Gen.Int[1, 4]
                    .Operation<Actual, Model>(
                        dice => dice == 1 ? "Close" : "Count",
                        (actual, dice) => actual.CloseOrLook(dice == 1),
                        (model, dice) => model.CloseOrLook(dice == 1)
                    ),
                equal: (actual, model) =>
                    actual.Answers.SequenceEqual(model.Answers) && actual.Rest.SequenceEqual(model.Rest),
                maxParallelOperations: 5,
                iter: PropertyRuns.Of(500)
            );

    /// <summary>What was answered: as a set, for the order in which answers are noted is not that of the steps, but with what was taken in order.</summary>
    private abstract class Answering
    {
        private readonly Lock _lock = new();
        private readonly List<string> _others = [];
        private readonly List<string> _taken = [];

        public IEnumerable<string> Answers => _others.Order(StringComparer.Ordinal).Concat(_taken);

        public void CloseOrLook(bool closes)
        {
            if (closes)
            {
                Close();
            }
            else
            {
                Look();
            }
        }

        public abstract void Look();

        protected abstract void Close();

        protected void Note(string answer)
        {
            lock (_lock)
            {
                _others.Add(answer);
            }
        }

        protected void NoteTaken(string answer) => _taken.Add(answer);
    }

    /// <summary>A mailbox, made when it is first used: the checking makes many that never are.</summary>
    private sealed class Actual : Answering
    {
        private readonly Lazy<Mailbox> _mailbox;
        private readonly Lock _reading = new();
        private readonly Lazy<List<int>> _rest;

        public Actual(Func<Mailbox> make)
        {
            _mailbox = new(make);
            _rest = new(TakeRest);
        }

        /// <summary>What was left in it at the end. Any thread, as several orders of the steps are tried at once.</summary>
        public IEnumerable<int> Rest => _rest.Value;

        public void Send(int number) => Note($"{number}: {_mailbox.Value.TryEnqueue((uint)number, new byte[number])}");

        public void Take()
        {
            Mailbox mailbox = _mailbox.Value;
            // One reader at a time.
            lock (_reading)
            {
                SpinWait spin = default;
                while (mailbox.Count != 0)
                {
                    if (mailbox.TryPeek(0, out uint sender, out ReadOnlySpan<byte> message))
                    {
                        NoteTaken($"{sender} of {message.Length}");
                        mailbox.Release(1);
                        return;
                    }

                    // Claimed by a sender that has not published it yet.
                    spin.SpinOnce();
                }

                mailbox.Rewind();
                NoteTaken("none");
            }
        }

        public override void Look() => Note($"count {_mailbox.Value.Count}");

        protected override void Close() => _mailbox.Value.Close();

        private List<int> TakeRest()
        {
            List<int> rest = [];
            Mailbox mailbox = _mailbox.Value;
            while (mailbox.TryPeek(0, out uint sender, out _))
            {
                rest.Add((int)sender);
                mailbox.Release(1);
            }

            mailbox.Close();
            mailbox.Dispose();
            return rest;
        }
    }

    private sealed class Model(int room) : Answering
    {
        private readonly List<int> _messages = [];
        private bool _isClosed;

        public IEnumerable<int> Rest => _messages;

        public void Send(int number)
        {
            SendStatus status =
                _isClosed ? SendStatus.Closed
                : _messages.Count == room ? SendStatus.QueueFull
                : SendStatus.Accepted;
            if (status == SendStatus.Accepted)
            {
                _messages.Add(number);
            }

            Note($"{number}: {status}");
        }

        public void Take()
        {
            NoteTaken(_messages.Count == 0 ? "none" : $"{_messages[0]} of {_messages[0]}");
            if (_messages.Count != 0)
            {
                _messages.RemoveAt(0);
            }
        }

        public override void Look() => Note($"count {_messages.Count}");

        protected override void Close() => _isClosed = true;
    }
}
