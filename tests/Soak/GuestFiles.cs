namespace FireAndForget.Tests.Soak;

/// <summary>The guests that take part, by what they are up to.</summary>
internal static class GuestFiles
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "soak");

    /// <summary>Guests that keep the contract. Some send back to the sender, one traps on a message that starts with FF.</summary>
    public static IReadOnlyList<string> Innocent { get; } =
    [
        .. new[]
        {
            "asking.wat",
            "asking.wat",
            "basic-handle-message.wasm",
            "c-mirror.wasm",
            "c-mirror.wasm",
            "echo-handler.wasm",
            "handle-message-component.wasm",
            "handle-message-component.wasm",
            "rejecting-handler.wasm",
            "relay.wat",
            "relay.wat",
            "rust-receiver.wasm",
        }.Select(file => Path.Combine(Folder, "innocent", file)),
    ];

    /// <summary>Sends back what starts with <see cref="EchoCommand"/>.</summary>
    public static string Echo { get; } = Path.Combine(Folder, "innocent", "handle-message-component.wasm");

    /// <summary>Passes messages on to the id that stands in them.</summary>
    public static string Relay { get; } = Path.Combine(Folder, "innocent", "relay.wat");

    /// <summary>Asks the id that stands in a message, and answers.</summary>
    public static string Asking { get; } = Path.Combine(Folder, "innocent", "asking.wat");

    /// <summary>What makes <see cref="Echo"/> send a message back.</summary>
    public const byte EchoCommand = 0xEC;

    /// <summary>All hostile guests; some of them cannot be loaded.</summary>
    public static IReadOnlyList<string> Hostile { get; } =
    [.. Directory.GetFiles(Path.Combine(Folder, "hostile"), "*.wat").Order(StringComparer.Ordinal)];
}
