using System.Globalization;
using FireAndForget.Wording;

namespace FireAndForget;

/// <summary>What became of a message or of a component; see <see cref="MessagingHost.Subscribe(int)"/>.</summary>
public abstract class HostEvent
{
    private protected HostEvent() { }
}

/// <summary>An accepted message that ended otherwise than <see cref="Outcome.Handled"/>.</summary>
public sealed class DeadLetter : HostEvent
{
    /// <summary>The sender's id.</summary>
    public required string Sender { get; init; }

    /// <summary>The id of the component or endpoint to which it was sent.</summary>
    public required string Target { get; init; }

    /// <summary>The message's number, 1 or more: unique for its sender and target. See <see cref="ReceivedMessage.Number"/>.</summary>
    public long Number { get; init; }

    /// <summary>What became of it.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>Why, in words, such as the trap or a core module's answer.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The message's length in bytes.</summary>
    public int Length { get; init; }

    /// <summary>The event in a line.</summary>
    /// <returns>The line, with nothing in it that a terminal obeys.</returns>
    public override string ToString() =>
        PlainText.Escape(
            string.Create(
                CultureInfo.InvariantCulture,
                $"dead letter from {Sender} to {Target}, {Outcome}, {Length} bytes: {Reason}"
            )
        );
}

/// <summary>A send, of an endpoint or a component, that the host refused.</summary>
public sealed class SendRefused : HostEvent
{
    /// <summary>The sender's id.</summary>
    public required string Sender { get; init; }

    /// <summary>The target as the sender named it.</summary>
    public required string Target { get; init; }

    /// <summary>What the send was answered with.</summary>
    public required SendStatus Status { get; init; }

    /// <summary>What there is to say beyond the status, such as the codecs that the target accepts; else empty.</summary>
    public string Reason { get; init; } = "";

    /// <summary>
    /// How many sends this stands for: more than 1 where refusals of one sender with one status were folded, see
    /// <see cref="EventOverflowPolicy.Wait"/>. <see cref="Target"/> and <see cref="Reason"/> are then those of the first.
    /// </summary>
    public long Repeat { get; init; } = 1;

    /// <summary>The event in a line.</summary>
    /// <returns>The line, with nothing in it that a terminal obeys.</returns>
    public override string ToString() =>
        PlainText.Escape(
            string.Create(CultureInfo.InvariantCulture, $"refused from {Sender} to {Target}, {Status}")
                + (Reason.Length == 0 ? "" : $": {Reason}")
                + (Repeat == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({Repeat} times)"))
        );
}

/// <summary>A component got a fresh instance.</summary>
public sealed class ComponentRestarted : HostEvent
{
    /// <summary>The component's id.</summary>
    public required string Component { get; init; }

    /// <summary>Why the instance before was dropped.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The event in a line.</summary>
    /// <returns>The line, with nothing in it that a terminal obeys.</returns>
    public override string ToString() => PlainText.Escape($"{Component} restarted: {Reason}");
}

/// <summary>
/// A component stopped and is not restarted any more: what waited in its mailbox is <see cref="Outcome.Undeliverable"/>, and
/// who sends to it gets <see cref="SendStatus.Closed"/>.
/// </summary>
public sealed class ComponentStopped : HostEvent
{
    /// <summary>The component's id.</summary>
    public required string Component { get; init; }

    /// <summary>Why it stopped.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The event in a line.</summary>
    /// <returns>The line, with nothing in it that a terminal obeys.</returns>
    public override string ToString() => PlainText.Escape($"{Component} stopped: {Reason}");
}
