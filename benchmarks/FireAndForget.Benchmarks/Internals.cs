// The few places of the library that a benchmark looks into because the public API does not show them: the send path without
// delivery, and counts that can be read in a loop without allocating.

using System.Runtime.CompilerServices;
using FireAndForget.Guests;
using FireAndForget.Routing;
using FireAndForget.Supervision;

namespace FireAndForget.Benchmarks;

internal static class Internals
{
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_receiver")]
    public static extern ref GuestReceiver ReceiverOf(Component component);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_sender")]
    public static extern ref MessageSender SenderOf(Endpoint endpoint);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_registry")]
    public static extern ref Registry RegistryOf(MessagingHost host);

    /// <summary>How many of a component's messages are settled: as its statistics say it, without the record.</summary>
    public static Func<long> CountSettled(Component component)
    {
        Ledger ledger = ReceiverOf(component).Ledger;
        return () => ledger[Outcome.Handled] + ledger[Outcome.Rejected] + ledger[Outcome.Trapped];
    }
}
