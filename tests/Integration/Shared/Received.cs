namespace FireAndForget.Tests;

/// <summary>One message as an endpoint got it.</summary>
internal sealed record Received(string Sender, byte[] Bytes);
