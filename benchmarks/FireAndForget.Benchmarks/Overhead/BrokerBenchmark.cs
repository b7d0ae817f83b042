// broker_publish_overhead: from MessagingEndpoint.Send until the message is in the mailbox, routed and validated; nothing is delivered.

using BenchmarkDotNet.Attributes;
using FireAndForget.Components;
using FireAndForget.Mailboxes;
using FireAndForget.Measuring;

namespace FireAndForget.Benchmarks.Overhead;

/// <summary>
/// Sends to a component that is ready and that nobody runs. After every 64 messages the mailbox is given free as its reader
/// does, unread, which costs each message a sixty-fourth of that.
/// </summary>
public class BrokerBenchmark
{
    private const int Messages = 1024;
    private const int Run = 64;
    private const string Target = "receiver";

    private MessagingHost _host = null!;
    private MessagingEndpoint _client = null!;
    private ComponentReceiver _receiver = null!;
    private byte[] _message = [];
    private long _sent;

    /// <summary>The length of each message in bytes.</summary>
    [Params(16, 256, 4096, 65536)]
    public int Payload { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _host = new(new() { Workers = 0, StopTimeout = TimeSpan.Zero });
        Component component = _host.AddComponent(
            Target,
            Guests.HandleMessage,
            new() { Mailbox = MeasuredHost.MailboxFor(Payload) }
        );
        _client = _host.AddEndpoint("client");
        _receiver = component.Receiver;
        _message = Measuring.Payload.Of(Payload);
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public long broker_publish_overhead()
    {
        Mailbox mailbox = _receiver.Mailbox;
        for (int run = 0; run < Messages / Run; run++)
        {
            for (int i = 0; i < Run; i++)
            {
                if (_client.Send(Target, _message) != SendStatus.Accepted)
                {
                    throw new MeasurementException("A message was refused.");
                }
            }

            mailbox.Release(Run);
            _receiver.Ledger.Add(Outcome.Handled, Run);
        }

        _sent += Messages;
        return mailbox.Accepted;
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        long accepted = _host.Statistics.Accepted;
        if (accepted != _sent)
        {
            throw new MeasurementException($"{_sent} messages were sent and {accepted} accepted.");
        }

        _host.DisposeAsync().AsTask().Wait();
    }
}
