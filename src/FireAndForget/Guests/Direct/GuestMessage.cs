namespace FireAndForget.Guests.Direct;

/// <summary>A message as a guest of <c>wasi:messaging</c> has it: a resource of the host, with all texts in UTF-8.</summary>
internal sealed class GuestMessage
{
    /// <summary>What one takes of the host beside its bytes, and each entry of its metadata.</summary>
    public const int Cost = 128;

    public byte[] Data { get; set; } = [];

    public byte[]? ContentType { get; set; }

    public List<(byte[] Key, byte[] Value)>? Metadata { get; set; }

    /// <summary>Under what it was received; null for one that the guest made.</summary>
    public byte[]? Topic { get; init; }

    /// <summary>Who sent it; null for one that the guest made.</summary>
    public byte[]? Sender { get; init; }

    /// <summary>Whether its sender waits for an answer.</summary>
    public bool IsRequest { get; init; }

    /// <summary>What it takes of the host, in bytes.</summary>
    public long Size =>
        Cost
        + Data.Length
        + (ContentType?.Length ?? 0)
        + (Metadata?.Sum(entry => Cost + (long)entry.Key.Length + entry.Value.Length) ?? 0);
}

/// <summary>A connection of a guest of <c>wasi:messaging</c>.</summary>
internal sealed class GuestClient(bool publishes)
{
    /// <summary>Whether its topics are published under; else they are ids of targets.</summary>
    public bool Publishes { get; } = publishes;

    public bool IsConnected { get; set; } = true;
}
