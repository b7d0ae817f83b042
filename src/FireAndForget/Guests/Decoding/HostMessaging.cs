namespace FireAndForget.Guests.Decoding;

/// <summary>
/// The contract of <c>fixtures/wit/messaging.wit</c> and <c>messaging-1.1.wit</c>, and its core form, as types to compare with.
/// </summary>
internal static class HostMessaging
{
    public const string Interface = "fire-and-forget:messaging/host-messaging@1.0.0";
    public const string InterfaceOf11 = "fire-and-forget:messaging/host-messaging@1.1.0";
    public const string Replies = "fire-and-forget:messaging/replies@1.0.0";
    public const string RepliesOf11 = "fire-and-forget:messaging/replies@1.1.0";
    public const string CoreModule = "host-messaging";
    public const string HandleMessage = "handle-message";
    public const string HandleRequest = "handle-request";
    public const string HandleReply = "handle-reply";
    public const string HandleTopic = "handle-topic";
    public const string Send = "send";
    public const string SelfId = "self-id";
    public const string Publish = "publish";
    public const string Request = "request";
    public const string CancelRequest = "cancel-request";
    public const string SendLater = "send-later";
    public const string CancelLater = "cancel-later";
    public const string MessageNumber = "message-number";
    public const string SendError = "send-error";
    public const string Failure = "failure";
    public const string CoreMemory = "memory";
    public const string CoreRealloc = "cabi_realloc";

    /// <summary>The function that stands in for a missing <c>cabi_realloc</c>.</summary>
    public const string CoreMalloc = "malloc";
    public const string CoreMallocType = "(i32) -> i32";

    /// <summary>The function that runs once in each fresh instance: a reactor's, or without it a command's.</summary>
    public const string CoreInitialize = "_initialize";
    public const string CoreStart = "_start";
    public const string CoreInitializeType = "() -> ()";
    public const string CorePostReturnType = "(i32) -> ()";

    /// <summary>The type of post-return where a handler answers nothing.</summary>
    public const string CoreEmptyPostReturnType = "() -> ()";

    /// <summary>
    /// The core type of <c>handle-message</c> in both forms, of realloc and of the core contract's <c>send</c>.
    /// </summary>
    public const string CoreFourToOne = "(i32, i32, i32, i32) -> i32";
    public const string CoreSelfIdType = "(i32, i32) -> i32";

    public static ComponentType HandleMessageType { get; } =
        Function([("sender", Text), ("message", Bytes)], new ComponentType(ComponentTypeKind.Result, [null, null]));

    /// <summary>The type of <c>handle-message</c> since 1.1, which says why it rejects a message.</summary>
    public static ComponentType ReasonedHandleMessageType { get; } =
        Function([("sender", Text), ("message", Bytes)], new ComponentType(ComponentTypeKind.Result, [null, Text]));

    /// <summary>The type of <c>handle-request</c>, since 1.1: the value is the answer, the error says why there is none.</summary>
    public static ComponentType HandleRequestType { get; } =
        Function([("sender", Text), ("message", Bytes)], new ComponentType(ComponentTypeKind.Result, [Bytes, Text]));

    /// <summary>The type of <c>handle-topic</c>, since 1.1.</summary>
    public static ComponentType HandleTopicType { get; } =
        Function(
            [("topic", Text), ("sender", Text), ("message", Bytes)],
            new ComponentType(ComponentTypeKind.Result, [null, Text])
        );

    /// <summary>Why a request has no answer, in the order of <see cref="ReplyOutcome"/> from its second on.</summary>
    public static ComponentType FailureType { get; } =
        new(ComponentTypeKind.Enum, labels: ["rejected", "trapped", "timed-out", "undeliverable"]);

    /// <summary>The type of <c>handle-reply</c>, since 1.1.</summary>
    public static ComponentType HandleReplyType { get; } =
        Function(
            [
                ("request", Of(ComponentTypeKind.U64)),
                ("reply", new ComponentType(ComponentTypeKind.Result, [Bytes, FailureType])),
            ],
            null
        );

    /// <summary>The handlers, of which a guest has one at least, in the order in which plans list them.</summary>
    public static IReadOnlyList<string> Handlers { get; } = [HandleMessage, HandleRequest, HandleReply, HandleTopic];

    /// <summary>The types that a component's handler may have.</summary>
    public static ComponentType[] TypesOfHandler(string handler) =>
        handler switch
        {
            HandleMessage => [HandleMessageType, ReasonedHandleMessageType],
            HandleRequest => [HandleRequestType],
            HandleReply => [HandleReplyType],
            _ => [HandleTopicType],
        };

    /// <summary>The type of a handler in core WebAssembly: a core module's own, and what a component's is lifted from.</summary>
    public static string CoreTypeOfHandler(string handler) =>
        handler switch
        {
            HandleReply => "(i64, i32, i32, i32) -> ()",
            HandleTopic => "(i32, i32, i32, i32, i32, i32) -> i32",
            _ => CoreFourToOne,
        };

    /// <summary>
    /// The name that stands in for a missing handler of a core module: many languages have no names with hyphens.
    /// </summary>
    public static string OtherNameOf(string handler) => handler.Replace('-', '_');

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

    /// <summary>The types that the interfaces have.</summary>
    public static ComponentType[] TypesOfInterfaces { get; } = [SendErrorType, FailureType];

    /// <summary>Whether an import is <c>host-messaging</c>, in either version.</summary>
    public static bool IsInterface(string name) => name is Interface or InterfaceOf11;

    /// <summary>Whether an import is <c>replies</c>, which has a type alone, in either version.</summary>
    public static bool IsReplies(string name) => name is Replies or RepliesOf11;

    /// <summary>The type of a function of an interface; null where it has none of that name.</summary>
    /// <param name="messaging"><see cref="Interface"/> or <see cref="InterfaceOf11"/>.</param>
    /// <param name="name">The function's name.</param>
    public static ComponentType? FunctionOf(string messaging, string name) =>
        name switch
        {
            Send => SendType,
            SelfId => SelfIdType,
            _ when messaging == InterfaceOf11 => FunctionsOf11.GetValueOrDefault(name),
            _ => null,
        };

    /// <summary>Whether a function of the interface sends.</summary>
    public static bool Sends(string name) => name is Send or Publish or Request or SendLater;

    /// <summary>The functions that the interface has since 1.1.</summary>
    private static Dictionary<string, ComponentType> FunctionsOf11 { get; } =
        new(StringComparer.Ordinal)
        {
            [Publish] = Function([("topic", Text), ("message", Bytes)], Answer(ComponentTypeKind.U32)),
            [Request] = Function(
                [("target", Text), ("message", Bytes), ("timeout-ms", Of(ComponentTypeKind.U32))],
                Answer(ComponentTypeKind.U64)
            ),
            [CancelRequest] = Function([("request", Of(ComponentTypeKind.U64))], Of(ComponentTypeKind.Bool)),
            [SendLater] = Function(
                [("target", Text), ("message", Bytes), ("delay-ms", Of(ComponentTypeKind.U64))],
                Answer(ComponentTypeKind.U64)
            ),
            [CancelLater] = Function([("later", Of(ComponentTypeKind.U64))], Of(ComponentTypeKind.Bool)),
            [MessageNumber] = Function([], Of(ComponentTypeKind.U64)),
        };

    private static ComponentType Text => Of(ComponentTypeKind.String);

    private static ComponentType Bytes => new(ComponentTypeKind.List, [Of(ComponentTypeKind.U8)]);

    private static ComponentType Of(ComponentTypeKind kind) => new(kind);

    /// <summary>The result type of a function that sends: a number, or why the message was refused.</summary>
    private static ComponentType Answer(ComponentTypeKind number) =>
        new(ComponentTypeKind.Result, [Of(number), SendErrorType]);

    private static ComponentType Function((string Name, ComponentType Type)[] parameters, ComponentType? result) =>
        new(
            ComponentTypeKind.Function,
            [.. parameters.Select(p => p.Type), result],
            [.. parameters.Select(p => p.Name)]
        );
}
