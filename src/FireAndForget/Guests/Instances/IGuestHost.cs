using FireAndForget.Capacity;
using FireAndForget.Guests.Decoding;
using FireAndForget.Guests.Wasi;
using Wasmtime;

namespace FireAndForget.Guests.Instances;

/// <summary>What a running guest asks of its host.</summary>
internal interface IGuestHost
{
    /// <summary>The id under which the component is registered, in UTF-8.</summary>
    ReadOnlySpan<byte> SelfId { get; }

    /// <summary>Whether the guest has to be interrupted, whatever is left of its budget.</summary>
    bool IsAborting { get; }

    /// <summary>Whether another version of the guest is to handle what was not begun yet.</summary>
    bool IsReplaced => false;

    /// <summary>What the component gets by way of WASI, where it asks for it.</summary>
    WasiGrants Wasi => WasiGrants.None;

    /// <summary>How many files the guests may have open together.</summary>
    OpenFileSum OpenFiles => OpenFileSum.OfProcess;

    /// <summary>Told of each error that ended an instance, or kept it from being made, for who debugs the guest.</summary>
    /// <param name="error">The error.</param>
    /// <param name="names">The names of the guest's functions, where they are kept.</param>
    void Report(WasmtimeException error, IReadOnlyList<ModuleNames> names) { }

    /// <summary>A version that grows before a sender's number is given to another id.</summary>
    int SenderVersion => 0;

    /// <summary>
    /// The object that gives senders their numbers: what is known of a number holds for all hosts that have the same one.
    /// </summary>
    object Senders => this;

    /// <summary>What a guest looks at before each batch, in one call.</summary>
    BatchConditions Conditions => new(IsReplaced, SenderVersion, Ticks: 0);

    /// <summary>
    /// A sender's id by its number, in UTF-8. That of a message with a context, whose number has the highest bit set, is asked
    /// for anew with each such message, right before it is handled.
    /// </summary>
    ReadOnlySpan<byte> IdOf(uint sender);

    /// <summary>Whether a message with a context is a request.</summary>
    bool IsRequest(uint origin) => false;

    /// <summary>Takes the answer to a request that is being handled, whose bytes are copied.</summary>
    /// <returns>Null, or why the request is rejected.</returns>
    string? Answer(uint origin, ReadOnlySpan<byte> answer) => "nobody asked";

    /// <summary>
    /// The topic under which a message was published, in UTF-8; empty: it was sent to this component. Only a message whose origin says
    /// so (<see cref="Messages.MessageOrigin.HasTopic"/>) has one. The bytes stay as they are while the message is handled.
    /// </summary>
    ReadOnlySpan<byte> TopicOf(uint origin) => [];

    /// <summary>The number of a message of the batch that is being delivered.</summary>
    /// <param name="index">How many places it stands behind the first one.</param>
    long NumberOf(int index) => 0;

    /// <summary>Sends as this component; null where the target is not UTF-8.</summary>
    SendStatus? Send(ReadOnlySpan<byte> target, ReadOnlySpan<byte> message);

    /// <summary>Publishes as this component; null where the topic is not UTF-8.</summary>
    /// <param name="topic">The topic, as the guest names it.</param>
    /// <param name="message">The message, whose bytes are copied.</param>
    /// <param name="accepted">How many subscribers' mailboxes accepted it; 0 where it is refused as a whole.</param>
    SendStatus? Publish(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> message, out uint accepted)
    {
        accepted = 0;
        return SendStatus.CapabilityDenied;
    }

    /// <summary>Sends a request as this component; null where the target is not UTF-8.</summary>
    /// <param name="target">The target, as the guest names it.</param>
    /// <param name="message">The request, whose bytes are copied.</param>
    /// <param name="timeoutMs">How long the request may be open, in milliseconds; 0: as long as the host lets it.</param>
    /// <param name="number">The request's number; 0 where it is refused.</param>
    SendStatus? Request(ReadOnlySpan<byte> target, ReadOnlySpan<byte> message, uint timeoutMs, out ulong number)
    {
        number = 0;
        return SendStatus.CapabilityDenied;
    }

    /// <summary>Cancels a request of this component.</summary>
    /// <returns>False where it was answered already, or never asked.</returns>
    bool CancelRequest(ulong number) => false;

    /// <summary>Sends as this component after a time; null where the target is not UTF-8.</summary>
    /// <param name="target">The target, as the guest names it.</param>
    /// <param name="message">The message, whose bytes are copied.</param>
    /// <param name="delayMs">After how many milliseconds.</param>
    /// <param name="number">The number under which it can be cancelled; 0 where it is refused.</param>
    SendStatus? SendLater(ReadOnlySpan<byte> target, ReadOnlySpan<byte> message, ulong delayMs, out ulong number)
    {
        number = 0;
        return SendStatus.CapabilityDenied;
    }

    /// <summary>Cancels a later message of this component.</summary>
    /// <returns>False where it was sent already, or never given.</returns>
    bool CancelLater(ulong number) => false;
}

/// <summary>What holds for a guest when a batch begins; see <see cref="IGuestHost"/>.</summary>
/// <param name="IsReplaced">As <see cref="IGuestHost.IsReplaced"/>.</param>
/// <param name="SenderVersion">As <see cref="IGuestHost.SenderVersion"/>.</param>
/// <param name="Ticks">How many ticks of the epoch there were; where nobody counts them, a batch may meet one that came before it.</param>
internal readonly record struct BatchConditions(bool IsReplaced, int SenderVersion, long Ticks);
