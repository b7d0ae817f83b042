namespace FireAndForget.Cli;

/// <summary>A line of the messages: what to send.</summary>
/// <param name="From">The endpoint that sends.</param>
/// <param name="To">The target's id, valid or not.</param>
/// <param name="Bytes">The message, valid until the next line is read.</param>
/// <param name="Repeat">How often to send it.</param>
internal readonly record struct MessageLine(Endpoint From, string To, ReadOnlyMemory<byte> Bytes, long Repeat);
