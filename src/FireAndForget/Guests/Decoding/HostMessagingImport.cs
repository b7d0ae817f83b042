using FireAndForget.Guests.Calls;

namespace FireAndForget.Guests.Decoding;

/// <summary>A host function of the core contract: <c>send</c> or <c>self-id</c> of <c>host-messaging</c>.</summary>
internal sealed record HostMessagingImport(string Function) : CoreItem;
