using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using FireAndForget.Routing;

namespace FireAndForget.Diagnostics;

/// <summary>
/// Watches some messages on their way while somebody listens. A sampled message carries a number of its own in place of its
/// sender's, and what is known of it is kept here under that number until it is settled; so a mailbox's slots need no room for
/// it, and no order of messages can mix samples up.
/// </summary>
/// <remarks>
/// While nobody listens no route leads here and no slot carries such a number: a send tests the same flag of its route as it
/// would for an allowance, and a receiver one bit of a sender's number where it looks the sender up.
/// </remarks>
internal sealed class MessageSampling(Histogram<double>? delivery, TimeProvider time)
{
    /// <summary>The first message of each sender is sampled, and then one of so many.</summary>
    public const int Every = 256;

    /// <summary>Samples on their way; while there are so many, no message becomes one.</summary>
    private const int MostAtOnce = 4096;

    private const uint Mark = 1u << 31;

    /// <summary>A bit less than there is room for: no sample has the greatest number, which readers take for none.</summary>
    private const uint NumberMask = (1u << 30) - 1;

    private readonly ConcurrentDictionary<uint, MessageSample> _samples = new();
    private int _count;
    private uint _last;
    private volatile bool _isOn;

    /// <summary>Whether what a slot has as its sender is a sample's number.</summary>
    public static bool IsSample(uint sender) => (int)sender < 0;

    /// <summary>Whether somebody listened at the last look.</summary>
    public bool IsOn => _isOn;

    private bool IsTimed => delivery is { Enabled: true };

    /// <summary>Looks whether anybody listens.</summary>
    /// <returns>Whether that has changed: routes have to be decided anew.</returns>
    public bool Look()
    {
        bool isOn = IsTimed || MessageTraces.HasListeners;
        if (isOn == _isOn)
        {
            return false;
        }

        _isOn = isOn;
        return true;
    }

    /// <summary>Makes a send's message a sample where it is its turn; null where not.</summary>
    /// <param name="sender">Who sends.</param>
    /// <param name="target">To whom; null where there is no such target.</param>
    /// <param name="length">The message's length in bytes.</param>
    /// <param name="sends">The sender's sends so far, while somebody listened.</param>
    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "Whatever a clock throws, the send goes on without being watched."
    )]
    public MessageSample? TryBegin(Participant sender, string? target, int length, ref int sends)
    {
        try
        {
            return TryBeginNow(sender, target, length, ref sends);
        }
        catch (Exception)
        {
            return null;
        }
    }

    private MessageSample? TryBeginNow(Participant sender, string? target, int length, ref int sends)
    {
        bool isItsTurn = (uint)sends++ % Every == 0;
        if (Volatile.Read(ref _count) >= MostAtOnce)
        {
            return null;
        }

        bool isTimed = isItsTurn && IsTimed;
        TraceBudget? budget = null;
        Activity? send = MessageTraces.HasListeners
            ? MessageTraces.StartSend(sender.Id, target, length, isItsTurn, out budget)
            : null;
        if (!isTimed && send is null)
        {
            return null;
        }

        MessageSample sample = new()
        {
            Number = Mark | (Interlocked.Increment(ref _last) & NumberMask),
            Sender = sender,
            Length = length,
            Sent = time.GetTimestamp(),
            IsTimed = isTimed,
            Send = send,
            Budget = budget ?? new(),
        };
        if (!_samples.TryAdd(sample.Number, sample))
        {
            MessageTraces.End(send, null, "");
            return null;
        }

        Interlocked.Increment(ref _count);
        return sample;
    }

    /// <summary>The send was answered. What was accepted may be settled already.</summary>
    public void EndSend(MessageSample sample, SendStatus status)
    {
        bool isAccepted = status == SendStatus.Accepted;
        MessageTraces.End(sample.Send, isAccepted ? null : TelemetryNames.Of(status), "");
        if (!isAccepted)
        {
            TryTake(sample.Number, out _);
        }
    }

    /// <summary>A sample is handled next, on this thread.</summary>
    /// <returns>Its sender.</returns>
    public Participant BeginHandling(uint number, string receiver)
    {
        MessageSample sample = _samples[number];
        if (sample.Send is not null)
        {
            sample.Handling ??= MessageTraces.StartProcess(sample, receiver);
        }

        return sample.Sender;
    }

    /// <summary>A sample's sender; the sample is not settled yet.</summary>
    public Participant SenderOf(uint number) => _samples[number].Sender;

    /// <summary>A sample has its outcome; nothing happens where it was told before.</summary>
    public void Settle(uint number, string receiver, Outcome outcome, string why = "")
    {
        if (!TryTake(number, out MessageSample? sample))
        {
            return;
        }

        TimeSpan? elapsed = ElapsedSince(sample.Sent);
        if (outcome == Outcome.Evicted)
        {
            // Under the mailbox's lock, where nobody else's code may run.
            ThreadPool.UnsafeQueueUserWorkItem(_ => Tell(sample, receiver, outcome, why, elapsed), null);
        }
        else
        {
            Tell(sample, receiver, outcome, why, elapsed);
        }
    }

    /// <summary>The time since then, not less than nothing, where the clock was set back meanwhile; null where it throws.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever a clock throws, the host goes on.")]
    private TimeSpan? ElapsedSince(long sent)
    {
        try
        {
            return TimeSpan.FromTicks(Math.Max(0, time.GetElapsedTime(sent).Ticks));
        }
        catch (Exception)
        {
            return null;
        }
    }

    private void Tell(MessageSample sample, string receiver, Outcome outcome, string why, TimeSpan? elapsed)
    {
        if (sample.IsTimed && elapsed is { } time)
        {
            Record(time, receiver, outcome);
        }

        Activity? activity = sample.Handling;
        if (activity is null && sample.Send is not null && outcome is Outcome.Evicted or Outcome.Undeliverable)
        {
            activity = MessageTraces.StartSettle(sample, receiver);
        }

        MessageTraces.End(activity, outcome == Outcome.Handled ? null : TelemetryNames.Of(outcome), why);
    }

    private bool TryTake(uint number, [NotNullWhen(true)] out MessageSample? sample)
    {
        bool taken = _samples.TryRemove(number, out sample);
        if (taken)
        {
            Interlocked.Decrement(ref _count);
        }

        return taken;
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a listener throws, the host goes on.")]
    private void Record(TimeSpan elapsed, string receiver, Outcome outcome)
    {
        TagList tags = new()
        {
            { TelemetryNames.System, TelemetryNames.SystemName },
            { TelemetryNames.Destination, receiver },
        };
        if (outcome != Outcome.Handled)
        {
            tags.Add(TelemetryNames.ErrorType, TelemetryNames.Of(outcome));
        }

        try
        {
            delivery!.Record(elapsed.TotalSeconds, tags);
        }
        catch (Exception)
        {
            // There is nobody left to tell.
        }
    }
}
