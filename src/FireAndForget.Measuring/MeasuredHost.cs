using System.Diagnostics;

namespace FireAndForget.Measuring;

/// <summary>
/// A host with one receiver and one sender, on which rounds of messages are measured through the public API, with every check on. It counts
/// what it sends, so that it can check at the end whether each message was accepted and handled.
/// </summary>
public sealed class MeasuredHost : IAsyncDisposable
{
    /// <summary>The receiver's id.</summary>
    public const string ReceiverId = "receiver";

    /// <summary>The sender's id.</summary>
    public const string SenderId = "client";

    /// <summary>The messages of a burst.</summary>
    public const int BurstSize = 64;

    /// <summary>The longest message that can be measured, in bytes: a mailbox must hold a burst of them.</summary>
    public const int MaxPayloadBytes = ((1 << 30) / BurstSize) - SlotBytes;

    /// <summary>What a mailbox may count for a message beside its bytes.</summary>
    private const int SlotBytes = 64;

    /// <summary>After how many spins a waiting thread yields its core; a power of two.</summary>
    private const int SpinsUntilYield = 4096;

    private static readonly TimeSpan StuckAfter = TimeSpan.FromSeconds(60);

    private readonly byte[] _message;
    private readonly PreparedSender _sender;
    private long _sent;

    private MeasuredHost(MessagingHostOptions options, ComponentSource receiver, MeasuredHostOptions measured)
    {
        _message = Payload.Of(measured.PayloadBytes);
        Host = new(options);
        Receiver = Host.AddComponent(
            ReceiverId,
            receiver,
            new()
            {
                SendsTo = [SenderId],
                MaxMessageBytes = Math.Max(1 << 20, measured.PayloadBytes),
                Mailbox = measured.Mailbox ?? MailboxFor(measured.PayloadBytes),
            }
        );
        // Receivers may answer; the answers are ignored.
        Sender = Host.AddEndpoint(SenderId, static _ => { });
        _sender = Sender.Prepare(ReceiverId);
    }

    /// <summary>The host.</summary>
    public MessagingHost Host { get; }

    /// <summary>The receiver.</summary>
    public Component Receiver { get; }

    /// <summary>The sender.</summary>
    public MessagingEndpoint Sender { get; }

    /// <summary>The message that is sent.</summary>
    public ReadOnlyMemory<byte> Message => _message;

    /// <summary>A host without threads: what is sent is delivered by the sending thread.</summary>
    /// <param name="receiver">The component to measure.</param>
    /// <param name="options">What is measured.</param>
    /// <returns>The host.</returns>
    /// <exception cref="ComponentLoadException">The component cannot be hosted.</exception>
    public static MeasuredHost OnOneThread(ComponentSource receiver, MeasuredHostOptions options) =>
        new(new() { Workers = 0, StopTimeout = TimeSpan.Zero }, receiver, options);

    /// <summary>A host with one worker.</summary>
    /// <param name="receiver">The component to measure.</param>
    /// <param name="options">What is measured.</param>
    /// <param name="spin">How long the worker spins before it parks.</param>
    /// <returns>The host.</returns>
    /// <exception cref="ComponentLoadException">The component cannot be hosted.</exception>
    public static MeasuredHost WithWorker(ComponentSource receiver, MeasuredHostOptions options, TimeSpan spin) =>
        new(
            new()
            {
                Workers = 1,
                WorkerSpin = spin,
                StopTimeout = TimeSpan.Zero,
            },
            receiver,
            options
        );

    /// <summary>The default mailbox, made large enough for a burst of such messages.</summary>
    /// <param name="payloadBytes">The length of a message in bytes.</param>
    /// <returns>The mailbox's bounds.</returns>
    public static MailboxOptions MailboxFor(int payloadBytes) =>
        new() { Bytes = Math.Max(1 << 20, (payloadBytes + SlotBytes) * BurstSize) };

    /// <summary>Sends messages and delivers each before the next, on this thread.</summary>
    /// <param name="messages">How many.</param>
    /// <exception cref="MeasurementException">One was refused.</exception>
    public void OneByOne(int messages)
    {
        for (int i = 0; i < messages; i++)
        {
            Send();
            Host.Pump();
        }
    }

    /// <summary>Sends bursts of <see cref="BurstSize"/> messages and delivers each burst at once, on this thread.</summary>
    /// <param name="bursts">How many bursts.</param>
    /// <param name="size">The messages of a burst.</param>
    /// <exception cref="MeasurementException">A message was refused.</exception>
    public void Bursts(int bursts, int size = BurstSize)
    {
        for (int i = 0; i < bursts; i++)
        {
            for (int j = 0; j < size; j++)
            {
                Send();
            }

            Host.Pump();
        }
    }

    /// <summary>Sends as fast as the mailbox takes, and waits until a worker has settled everything.</summary>
    /// <param name="messages">How many.</param>
    /// <exception cref="MeasurementException">A message was refused for another reason than a full mailbox.</exception>
    public void Flood(int messages)
    {
        SendAll(_sender, messages);
        WaitUntilSettled();
    }

    /// <summary>Sends as fast as the mailbox takes. Several threads may do so at a time.</summary>
    /// <param name="sender">The thread's own sender.</param>
    /// <param name="messages">How many.</param>
    /// <exception cref="MeasurementException">A message was refused for another reason than a full mailbox.</exception>
    public void SendAll(PreparedSender sender, int messages)
    {
        ArgumentNullException.ThrowIfNull(sender);
        ReadOnlySpan<byte> message = _message;
        for (int i = 0; i < messages; i++)
        {
            SendStatus status = sender.Send(message);
            if (status != SendStatus.Accepted)
            {
                Retry(sender, message, status);
            }
        }

        Interlocked.Add(ref _sent, messages);
    }

    /// <summary>Sends one message, whose refusal is an error.</summary>
    /// <exception cref="MeasurementException">It was refused.</exception>
    public void Send()
    {
        SendStatus status = _sender.Send(_message);
        if (status != SendStatus.Accepted)
        {
            throw Refused(status);
        }

        _sent++;
    }

    /// <summary>Waits, spinning, until everything that was sent has its outcome.</summary>
    /// <exception cref="MeasurementException">It takes more than a minute without any progress.</exception>
    public void WaitUntilSettled()
    {
        long settled = Receiver.Settled;
        if (settled == _sent)
        {
            return;
        }

        long since = Stopwatch.GetTimestamp();
        for (int spins = 1; ; spins++)
        {
            Thread.SpinWait(1);
            long now = Receiver.Settled;
            if (now == _sent)
            {
                return;
            }

            if ((spins & (SpinsUntilYield - 1)) == 0)
            {
                // The worker may have no core to run on: this one is given up for it.
                Thread.Yield();
                if (now != settled)
                {
                    settled = now;
                    since = Stopwatch.GetTimestamp();
                }
                else if (Stopwatch.GetElapsedTime(since) > StuckAfter)
                {
                    throw new MeasurementException(
                        $"nothing was settled for {StuckAfter.TotalSeconds} s after {_sent} messages: {Counts()}"
                    );
                }
            }
        }
    }

    /// <summary>Checks that each message that was sent was accepted and answered by the receiver.</summary>
    /// <exception cref="MeasurementException">Messages were lost, or the receiver did not survive them.</exception>
    public void Check()
    {
        MessageStatistics statistics = Receiver.Statistics;
        if (statistics.Accepted != _sent || statistics.Handled + statistics.Rejected != _sent)
        {
            throw new MeasurementException($"{_sent} messages were sent: {Counts()}");
        }
    }

    /// <summary>Stops the host.</summary>
    /// <returns>A task that ends when it has stopped.</returns>
    public ValueTask DisposeAsync() => Host.DisposeAsync();

    private void Retry(PreparedSender sender, ReadOnlySpan<byte> message, SendStatus status)
    {
        SpinWait spin = default;
        while (status == SendStatus.QueueFull)
        {
            spin.SpinOnce(sleep1Threshold: -1);
            status = sender.Send(message);
        }

        if (status != SendStatus.Accepted)
        {
            throw Refused(status);
        }
    }

    private MeasurementException Refused(SendStatus status) => new($"a message was refused ({status}): {Counts()}");

    private string Counts()
    {
        MessageStatistics s = Receiver.Statistics;
        return $"of {s.Accepted} accepted messages {s.Handled} were handled, {s.Rejected} rejected, {s.Trapped} trapped, {s.TimedOut} timed out, "
            + $"{s.Undeliverable} undeliverable";
    }
}
