// The host of a guest that is measured without one: it knows one sender, and nobody is there to send to.

using FireAndForget.Guests.Instances;

namespace FireAndForget.Benchmarks.Overhead;

internal sealed class LoneGuestHost : IGuestHost
{
    public ReadOnlySpan<byte> SelfId => "receiver"u8;

    public bool IsAborting => false;

    public ReadOnlySpan<byte> IdOf(uint sender) => "client"u8;

    public SendStatus? Send(ReadOnlySpan<byte> target, ReadOnlySpan<byte> message) => SendStatus.TargetNotFound;
}
