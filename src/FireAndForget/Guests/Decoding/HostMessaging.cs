namespace FireAndForget.Guests.Decoding;

/// <summary>
/// The contract of <c>fixtures/wit/messaging.wit</c> and <c>messaging-1.1.wit</c>, and its core form, as types to compare with.
/// </summary>
internal static class HostMessaging
{
    public const string Interface = "fire-and-forget:messaging/host-messaging@1.0.0";
    public const string InterfaceOf11 = "fire-and-forget:messaging/host-messaging@1.1.0";
    public const string CoreModule = "host-messaging";
    public const string HandleMessage = "handle-message";
    public const string HandleRequest = "handle-request";
    public const string Send = "send";
    public const string SelfId = "self-id";
    public const string SendError = "send-error";
    public const string CoreMemory = "memory";
    public const string CoreRealloc = "cabi_realloc";

    /// <summary>What is taken where a module has no <c>handle-message</c>: many languages have no names with hyphens.</summary>
    public const string CoreHandleMessage = "handle_message";

    /// <summary>What is taken where a module has no <c>cabi_realloc</c>.</summary>
    public const string CoreMalloc = "malloc";
    public const string CoreMallocType = "(i32) -> i32";

    /// <summary>What runs once in each fresh instance: a reactor's, or without it a command's.</summary>
    public const string CoreInitialize = "_initialize";
    public const string CoreStart = "_start";
    public const string CoreInitializeType = "() -> ()";
    public const string CorePostReturnType = "(i32) -> ()";

    /// <summary>
    /// The core type of <c>handle-message</c> in both forms, of realloc and of the core contract's <c>send</c>.
    /// </summary>
    public const string CoreFourToOne = "(i32, i32, i32, i32) -> i32";
    public const string CoreSelfIdType = "(i32, i32) -> i32";

    public static ComponentType HandleMessageType { get; } =
        Function([("sender", Text), ("message", Bytes)], new ComponentType(ComponentTypeKind.Result, [null, null]));

    /// <summary>As <see cref="HandleMessageType"/>, where the guest says why it rejects a message: since 1.1.</summary>
    public static ComponentType ReasonedHandleMessageType { get; } =
        Function([("sender", Text), ("message", Bytes)], new ComponentType(ComponentTypeKind.Result, [null, Text]));

    /// <summary>The type of <c>handle-request</c>, since 1.1: the value is the answer, the error says why there is none.</summary>
    public static ComponentType HandleRequestType { get; } =
        Function([("sender", Text), ("message", Bytes)], new ComponentType(ComponentTypeKind.Result, [Bytes, Text]));

    /// <summary>What a guest is called by, one of which it has at least.</summary>
    public static IReadOnlyList<string> Handlers { get; } = [HandleMessage, HandleRequest];

    public static ComponentType SendErrorType { get; } =
        new(
            ComponentTypeKind.Enum,
            labels:
            [
                "invalid-message",
                "target-not-found",
                "capability-denied",
                "unsupported-codec",
                "payload-too-large",
                "queue-full",
                "rate-limited",
                "closed",
            ]
        );

    public static ComponentType SendType { get; } =
        Function(
            [("target", Text), ("message", Bytes)],
            new ComponentType(ComponentTypeKind.Result, [null, SendErrorType])
        );

    public static ComponentType SelfIdType { get; } = Function([], Text);

    /// <summary>Whether an import is <c>host-messaging</c>, in either version.</summary>
    public static bool IsInterface(string name) => name is Interface or InterfaceOf11;

    /// <summary>The type of a function of the interface; null where it has none of that name.</summary>
    public static ComponentType? FunctionOf(string name) =>
        name switch
        {
            Send => SendType,
            SelfId => SelfIdType,
            _ => null,
        };

    private static ComponentType Text => new(ComponentTypeKind.String);

    private static ComponentType Bytes => new(ComponentTypeKind.List, [new ComponentType(ComponentTypeKind.U8)]);

    private static ComponentType Function((string Name, ComponentType Type)[] parameters, ComponentType result) =>
        new(
            ComponentTypeKind.Function,
            [.. parameters.Select(p => p.Type), result],
            [.. parameters.Select(p => p.Name)]
        );
}
