// A target as the command line and the help know it.

namespace FireAndForget.Build;

/// <summary>The name of a target and what it does in one line.</summary>
internal sealed record Target(string Name, string Description);
