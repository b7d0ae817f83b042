// The few places of the library that a benchmark looks into because the public API does not show them: the send path without
// delivery.

using System.Runtime.CompilerServices;
using FireAndForget.Dispatching;
using FireAndForget.Guests;
using FireAndForget.Routing;

namespace FireAndForget.Benchmarks;

internal static class Internals
{
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_receiver")]
    public static extern ref GuestReceiver ReceiverOf(Component component);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_receiver")]
    public static extern ref Receiver ReceiverOf(Endpoint endpoint);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_sender")]
    public static extern ref MessageSender SenderOf(Endpoint endpoint);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_registry")]
    public static extern ref Registry RegistryOf(MessagingHost host);
}
