using FireAndForget.Guests.Calls;
using FireAndForget.Guests.Decoding;
using Wasmtime;

namespace FireAndForget.Guests.Direct;

// What a guest imports of the host: host-messaging in the form of a core module, and lowered for a component.
internal sealed partial class DirectGuest
{
    private object Make(CoreItem item) =>
        item switch
        {
            CoreExport export => Export(export),
            MallocFailure => Function.FromCallback(_store, NoRoom),
            TaskHandler handler => MakeTask(handler),
            NoHandler => Function.FromCallback(_store, (int _, int _, int _, int _) => 1),
            HostImport { Module: HostMessaging.CoreModule } import => MakeForCoreModule(import.Function, _plan.Memory),
            LoweredImport import when HostMessaging.IsInterface(import.Interface) => MakeLowered(import),
            _ => null,
        } ?? throw new ComponentLoadException($"it needs {item}, which this host does not offer.");

    private Function? MakeForCoreModule(string function, CoreExport memory) =>
        function switch
        {
            HostMessaging.Send => HostFunction.Of(_store, CoreSend(memory)),
            HostMessaging.SelfId => Function.FromCallback(_store, CoreSelfId(memory)),
            HostMessaging.Publish => Publish(memory, isCore: true),
            HostMessaging.Request => Request(memory, isCore: true),
            HostMessaging.SendLater => SendLater(memory, isCore: true),
            _ => MakeWithoutMemory(function),
        };

    private Function? MakeLowered(LoweredImport import) =>
        import switch
        {
            { Function: HostMessaging.Send, Memory: { } memory } => HostFunction.Of(_store, Send(memory), results: 0),
            { Function: HostMessaging.SelfId, Memory: { } memory, Realloc: { } realloc } => Function.FromCallback(
                _store,
                SelfId(memory, realloc)
            ),
            { Function: HostMessaging.Publish, Memory: { } memory } => Publish(memory, isCore: false),
            { Function: HostMessaging.Request, Memory: { } memory } => Request(memory, isCore: false),
            { Function: HostMessaging.SendLater, Memory: { } memory } => SendLater(memory, isCore: false),
            _ => MakeWithoutMemory(import.Function),
        };

    /// <summary>The functions whose arguments and answers are numbers, the same for components and core modules.</summary>
    private Function? MakeWithoutMemory(string function) =>
        function switch
        {
            HostMessaging.CancelRequest => Function.FromCallback(
                _store,
                (long request) => Cancel(function, (ulong)request, _host.CancelRequest)
            ),
            HostMessaging.CancelLater => Function.FromCallback(
                _store,
                (long later) => Cancel(function, (ulong)later, _host.CancelLater)
            ),
            HostMessaging.MessageNumber => Function.FromCallback(_store, MessageNumber),
            _ => null,
        };

    /// <summary>A function of another component within the guest that does nothing but trap.</summary>
    private Function Trapping(FunctionImport type) =>
        Function.FromCallback(
            _store,
            (_, _, _) => throw new GuestTrapException("wasm trap: wasm `unreachable` instruction executed"),
            type.Parameters,
            type.Results
        );

    private static void NoRoom() =>
        throw new GuestTrapException("its malloc gave no room for what it was to be handed: it answered 0");

    // A core module's memory is its own, and exists only after the module was given its imports: it is looked up at the first call.
    private Func<int, int, int, int, int> CoreSend(CoreExport memory)
    {
        GuestMemory? bytes = null;
        return (target, targetLength, message, messageLength) =>
        {
            RefuseSendWhereNotAllowed(HostMessaging.Send);
            bytes ??= MemoryOf(memory);
            return (int)SendFrom(bytes, target, targetLength, message, messageLength);
        };
    }

    private CallerFunc<int, int, int> CoreSelfId(CoreExport memory)
    {
        GuestMemory? kept = null;
        return (caller, buffer, length) =>
        {
            RefuseWhereNotAllowed(HostMessaging.SelfId);
            ReadOnlySpan<byte> id = _host.SelfId;
            GuestMemory bytes = kept ??= MemoryOf(memory, caller);
            Span<byte> destination = bytes.Slice(buffer, length, "the buffer for self-id");
            if (id.Length <= destination.Length)
            {
                id.CopyTo(destination);
            }

            return id.Length;
        };
    }

    private Func<int, int, int, int, int, int> Send(CoreExport memory)
    {
        GuestMemory? bytes = null;
        return (target, targetLength, message, messageLength, answer) =>
        {
            RefuseSendWhereNotAllowed(HostMessaging.Send);
            bytes ??= MemoryOf(memory);
            SendStatus status = SendFrom(bytes, target, targetLength, message, messageLength);
            Span<byte> result = bytes.Slice(answer, 2, "the room for the answer of send");
            result[0] = (byte)(status == SendStatus.Accepted ? 0 : 1);
            if (status != SendStatus.Accepted)
            {
                result[1] = (byte)(status - 1);
            }

            return 0;
        };
    }

    private Action<int> SelfId(CoreExport memory, CoreExport realloc)
    {
        Func<int, int, int, int, int>? allocate = null;
        return answer =>
        {
            RefuseWhereNotAllowed(HostMessaging.SelfId);
            allocate ??= ReallocOf(realloc);
            GuestMemory bytes = MemoryOf(memory);
            ReadOnlySpan<byte> id = _host.SelfId;
            // The room is checked before realloc runs, as the canonical ABI demands: a missing room traps whatever realloc does.
            const string Room = "the room for the answer";
            GuestMemory.CheckAlignment(answer, sizeof(int), Room, HostMessaging.SelfId);
            Span<byte> result = bytes.Slice(answer, 2 * sizeof(int), Room, HostMessaging.SelfId);
            SetMayLeave(false);
            int pointer = allocate(0, 0, 1, id.Length);
            SetMayLeave(true);
            id.CopyTo(bytes.Slice(pointer, id.Length, "what realloc gave"));
            BitConverter.TryWriteBytes(result, pointer);
            BitConverter.TryWriteBytes(result[4..], id.Length);
        };
    }

    private Function Publish(CoreExport memory, bool isCore)
    {
        GuestMemory? bytes = null;
        return HostFunction.Of(
            _store,
            (topic, topicLength, message, messageLength, answer) =>
            {
                RefuseSendWhereNotAllowed(HostMessaging.Publish);
                bytes ??= MemoryOf(memory);
                SendStatus status = PublishFrom(bytes, topic, topicLength, message, messageLength, out uint accepted);
                return SendAnswers.Give(isCore, bytes, answer, sizeof(uint), accepted, status, HostMessaging.Publish);
            },
            results: isCore ? 1 : 0
        );
    }

    private Function Request(CoreExport memory, bool isCore)
    {
        GuestMemory? bytes = null;
        return HostFunction.Of(
            _store,
            (int target, int targetLength, int message, int messageLength, int timeout, int answer) =>
            {
                RefuseSendWhereNotAllowed(HostMessaging.Request);
                bytes ??= MemoryOf(memory);
                SendStatus status = RequestFrom(
                    bytes,
                    target,
                    targetLength,
                    message,
                    messageLength,
                    timeout,
                    out ulong number
                );
                return SendAnswers.Give(isCore, bytes, answer, sizeof(ulong), number, status, HostMessaging.Request);
            },
            results: isCore ? 1 : 0
        );
    }

    private Function SendLater(CoreExport memory, bool isCore)
    {
        GuestMemory? bytes = null;
        return HostFunction.Of(
            _store,
            (int target, int targetLength, int message, int messageLength, long delay, int answer) =>
            {
                RefuseSendWhereNotAllowed(HostMessaging.SendLater);
                bytes ??= MemoryOf(memory);
                SendStatus status = SendLaterFrom(
                    bytes,
                    target,
                    targetLength,
                    message,
                    messageLength,
                    delay,
                    out ulong number
                );
                return SendAnswers.Give(isCore, bytes, answer, sizeof(ulong), number, status, HostMessaging.SendLater);
            },
            results: isCore ? 1 : 0
        );
    }

    private int Cancel(string function, ulong number, Func<ulong, bool> cancel)
    {
        RefuseWhereNotAllowed(function);
        return cancel(number) ? 1 : 0;
    }

    private long MessageNumber()
    {
        RefuseWhereNotAllowed(HostMessaging.MessageNumber);
        return _isLoading ? 0
            : _replyNumber != 0 ? _replyNumber
            : _host.NumberOf(_isAlone ? 0 : _tray.Cursor);
    }

    private SendStatus SendFrom(GuestMemory memory, int target, int targetLength, int message, int messageLength) =>
        _host.Send(Target(memory, target, targetLength), Message(memory, message, messageLength)) ?? throw NotUtf8();

    private SendStatus PublishFrom(
        GuestMemory memory,
        int topic,
        int topicLength,
        int message,
        int messageLength,
        out uint accepted
    ) =>
        _host.Publish(
            Name(memory, topic, topicLength, "the topic"),
            Message(memory, message, messageLength),
            out accepted
        ) ?? throw new GuestTrapException("the topic is not UTF-8");

    private SendStatus RequestFrom(
        GuestMemory memory,
        int target,
        int targetLength,
        int message,
        int messageLength,
        int timeout,
        out ulong number
    ) =>
        _host.Request(
            Target(memory, target, targetLength),
            Message(memory, message, messageLength),
            (uint)timeout,
            out number
        ) ?? throw NotUtf8();

    private SendStatus SendLaterFrom(
        GuestMemory memory,
        int target,
        int targetLength,
        int message,
        int messageLength,
        long delay,
        out ulong number
    ) =>
        _host.SendLater(
            Target(memory, target, targetLength),
            Message(memory, message, messageLength),
            (ulong)delay,
            out number
        ) ?? throw NotUtf8();

    private Span<byte> Target(GuestMemory memory, int pointer, int length) =>
        Name(memory, pointer, length, "the target");

    private static Span<byte> Message(GuestMemory memory, int pointer, int length) =>
        memory.List(pointer, length, "the message");

    private static GuestTrapException NotUtf8() => new("the target is not UTF-8");

    private void RefuseWhereNotAllowed(string import)
    {
        if (_isLoading ? _mayNotLeaveWhileLoading : !_tray.MayLeave)
        {
            throw new GuestTrapException($"it called {import} while realloc or post-return ran");
        }
    }

    private void RefuseSendWhereNotAllowed(string import)
    {
        RefuseWhereNotAllowed(import);
        if (_isLoading)
        {
            throw new GuestTrapException($"it called {import} while it was instantiated, which no guest may");
        }
    }

    private void SetMayLeave(bool may)
    {
        if (_isLoading)
        {
            _mayNotLeaveWhileLoading = !may;
        }
        else
        {
            _tray.MayLeave = may;
        }
    }
}
