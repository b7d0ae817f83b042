using System.Collections.Concurrent;
using CsCheck;
using FireAndForget.Guests.Instances;
using Xunit;

namespace FireAndForget.Tests.Properties;

/// <summary>
/// Several threads send, remove and add receivers, replace a component, wait for drains, read the statistics and stop the host, all at
/// once: each accepted message has one outcome, each sender's come in order, and every reading of the statistics balances.
/// </summary>
public class HostHistories
{
    [Fact]
    public void Host_AnyParallelHistory_SettlesEachMessageOnceAndInOrder() =>
        Gen.Const(() => (new History(), new object()))
            .SampleParallel(
                Gen.Int[0, 2].Operation<History, object>(n => $"Send by {n}", (h, n) => h.Send(n), (_, _) => { }),
                Gen.Int[1, 1].Operation<History, object>(_ => "Remove and add", (h, _) => h.Renew(), (_, _) => { }),
                Gen.Int[1, 1].Operation<History, object>(_ => "Replace", (h, _) => h.Replace(), (_, _) => { }),
                Gen.Int[1, 1].Operation<History, object>(_ => "Drain", (h, _) => h.Drain(), (_, _) => { }),
                Gen.Int[1, 1].Operation<History, object>(_ => "Look", (h, _) => h.Look(), (_, _) => { }),
                Gen.Int[1, 6]
                    .Operation<History, object>(
                        dice => dice == 1 ? "Stop" : "Look",
                        (h, dice) => h.StopOrLook(dice == 1),
                        (_, _) => { }
                    ),
                equal: (history, _) => history.IsRight,
                maxSequentialOperations: 20,
                maxParallelOperations: 6,
                iter: PropertyRuns.Of(40)
            );

    private sealed class History
    {
        private const string Inbox = "inbox";
        private const string Guest = "guest";

        /// <summary>Made when it is first used: the checking makes many that never are.</summary>
        private readonly Lazy<(MessagingHost Host, MessagingEndpoint[] Senders)> _made;
        private readonly int[] _sent = new int[3];
        private readonly Lock[] _sending = [new(), new(), new()];
        private readonly Lock _renewing = new();
        private readonly ConcurrentQueue<string> _wrong = new();
        private long _accepted;
        private readonly Lazy<bool> _isRight;

        public History()
        {
            _made = new(Make);
            _isRight = new(() => !_made.IsValueCreated || End());
        }

        /// <summary>Whether every expectation held; stops the host where that was not done.</summary>
        public bool IsRight => _isRight.Value;

        private MessagingHost Host => _made.Value.Host;

        private static ComponentOptions Options =>
            new()
            {
                Limits = new() { MessageTimeout = TimeSpan.Zero, LoadTimeout = TimeSpan.Zero },
            };

        public void Send(int sender)
        {
            // One thread at a time for each sender, for its order to be known.
            lock (_sending[sender])
            {
                byte number = (byte)++_sent[sender];
                Count(_made.Value.Senders[sender].Send(Inbox, [number]));
                Count(_made.Value.Senders[sender].Send(Guest, [number]));
            }
        }

        public void Renew()
        {
            lock (_renewing)
            {
                Trying(() =>
                {
                    Host.Remove(Inbox);
                    Host.AddEndpoint(Inbox, MakeHandler());
                });
            }
        }

        public void Replace()
        {
            lock (_renewing)
            {
                Trying(() => Host.Replace(Guest, ScriptedGuest.Source));
            }
        }

        public void Drain() => Host.DrainAsync().Wait();

        public void Look()
        {
            HostStatistics s = Host.Statistics;
            long settled = s.Handled + s.Rejected + s.Trapped + s.TimedOut + s.Evicted + s.Undeliverable;
            if (s.Queued < 0 || s.InFlight < 0 || s.Accepted != settled + s.Queued + s.InFlight)
            {
                _wrong.Enqueue($"does not balance: {s}");
            }
        }

        public void StopOrLook(bool stops)
        {
            if (stops)
            {
                // Not while a component is compiled.
                lock (_renewing)
                {
                    Host.DisposeAsync().AsTask().Wait();
                }
            }
            else
            {
                Look();
            }
        }

        private static void Trying(Action body)
        {
            try
            {
                body();
            }
            catch (ObjectDisposedException)
            {
                // Somebody stopped the host.
            }
            catch (InvalidOperationException)
            {
                // Likewise, in the midst of it.
            }
        }

        private void Count(SendStatus status)
        {
            if (status == SendStatus.Accepted)
            {
                Interlocked.Increment(ref _accepted);
            }
            else if (status is not (SendStatus.Closed or SendStatus.TargetNotFound))
            {
                _wrong.Enqueue($"a send was answered with {status}");
            }
        }

        private (MessagingHost Host, MessagingEndpoint[] Senders) Make()
        {
            MessagingHost host = new(new() { Workers = 2, StopTimeout = TimeSpan.FromMinutes(1) });
            host.AddEndpoint(Inbox, MakeHandler());
            host.AddComponent(Guest, ScriptedGuest.Source, Options);
            return (host, [.. Enumerable.Range(0, 3).Select(n => host.AddEndpoint($"sender-{n}"))]);
        }

        /// <summary>The handler of one registration: what it gets of a sender is always newer than what it got before.</summary>
        private MessageHandler MakeHandler()
        {
            Dictionary<string, int> last = [];
            return message =>
            {
                int number = message.Bytes[0];
                if (number <= last.GetValueOrDefault(message.Sender))
                {
                    _wrong.Enqueue($"{number} of {message.Sender} came again or too late");
                }

                last[message.Sender] = number;
            };
        }

        private bool End()
        {
            StopOrLook(stops: true);
            HostStatistics s = Host.Statistics;
            if (
                s.Accepted != _accepted
                || s.Handled + s.Undeliverable != _accepted
                || s.Queued + s.InFlight + s.InMailboxes != 0
            )
            {
                _wrong.Enqueue($"of {_accepted} accepted: {s}");
            }

            return _wrong.IsEmpty;
        }
    }
}
