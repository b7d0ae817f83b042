using FireAndForget.Routing;

namespace FireAndForget.Diagnostics;

/// <summary>A message that is watched on its way, from its send to its outcome.</summary>
/// <param name="Number">What its slot carries in place of its sender's number.</param>
/// <param name="Sender">Who sent it.</param>
/// <param name="Sent">When it was sent, by the host's clock.</param>
internal sealed record MessageSample(uint Number, Participant Sender, long Sent);
