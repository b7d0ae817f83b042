namespace FireAndForget.Guests.Decoding;

/// <summary>
/// The names and types of <c>wasi:messaging</c>, a draft (<see href="https://github.com/WebAssembly/wasi-messaging"/>): what a guest of its
/// worlds exports, and what it may import.
/// </summary>
internal static class WasiMessaging
{
    public const string Types = "wasi:messaging/types@0.2.0-draft";
    public const string Producer = "wasi:messaging/producer@0.2.0-draft";
    public const string RequestReply = "wasi:messaging/request-reply@0.2.0-draft";

    /// <summary>What a guest exports to be called with messages, and the function in it.</summary>
    public const string IncomingHandler = "wasi:messaging/incoming-handler@0.2.0-draft";
    public const string Handle = "handle";

    public const string Client = "client";
    public const string Message = "message";
    public const string RequestOptions = "request-options";
    public const string Send = "send";

    /// <summary>The core type of <see cref="Handle"/>: the handle of a message, and the address of a result.</summary>
    public const string CoreHandleType = "(i32) -> i32";

    /// <summary>The type of <see cref="Handle"/>, for any resource as the message.</summary>
    public static ComponentType HandleType { get; } =
        new(
            ComponentTypeKind.Function,
            [
                new(ComponentTypeKind.Own, [new(ComponentTypeKind.Resource)]),
                new(ComponentTypeKind.Result, [null, ErrorType]),
            ],
            ["message"]
        );

    private static ComponentType ErrorType
    {
        get
        {
            ComponentType text = new(ComponentTypeKind.String);
            return new(
                ComponentTypeKind.Variant,
                [null, text, text, text],
                ["timeout", "connection", "permission-denied", "other"]
            );
        }
    }

    /// <summary>Whether an import is one of its interfaces, in the version that is offered.</summary>
    public static bool IsInterface(string name) => name is Types or Producer or RequestReply;
}
