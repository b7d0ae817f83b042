using FireAndForget.Guests.Calls;
using FireAndForget.Guests.Decoding;
using FireAndForget.Guests.Instances;
using FireAndForget.Messages;
using Wasmtime;

namespace FireAndForget.Guests.Direct;

// Guests of wasi:messaging, whose handler is given each message, request or not, as a handle.
internal sealed partial class DirectGuest
{
    /// <summary>The key under which a received message's metadata has its sender.</summary>
    private static readonly byte[] SenderKey = "sender"u8.ToArray();

    /// <summary>A result whose error is a case with a text.</summary>
    private const int IncomingResultBytes = 16;

    private const string TheError = "the text of the error with which it rejects a message";

    private GuestMessages? _messages;

    private GuestMessages Messages => _messages ??= new(_host, Wasi.Handles, _limits.MemoryBytes);

    private MessagingImports MessagingImports => field ??= new(Messages, RefuseSendWhereNotAllowed);

    private Function SupplyMessaging(LoweredImport import, FunctionImport type) =>
        MessagingImports.Find(
            $"{import.Interface}#{import.Function}",
            new LoweredCall(this, import.Function, import.Memory, import.Realloc)
        ) ?? Wasi.Supply(import, type);

    private Delivery HandleIncoming(uint origin, ReadOnlySpan<byte> sender, Pieces message)
    {
        byte[] data = new byte[message.Length];
        message.First.CopyTo(data);
        message.Rest.CopyTo(data.AsSpan(message.First.Length));
        byte[] from = sender.ToArray();
        bool isRequest = IsRequest(origin);
        ReadOnlySpan<byte> topic = MessageOrigin.HasTopic(origin) ? _host.TopicOf(origin) : _host.SelfId;
        int handle = Messages.Receive(
            new()
            {
                Data = data,
                Topic = topic.ToArray(),
                Sender = from,
                Metadata = [(SenderKey, from)],
                IsRequest = isRequest,
            }
        );
        int result = _functions.HandleIncoming.CallForResult(handle);
        byte[]? answer = Messages.End();
        int outcome = ReadIncoming(result);
        if (outcome == 0 && isRequest)
        {
            if (answer is null)
            {
                outcome = 1;
                _aloneReason = GuestErrors.NoAnswer;
            }
            else
            {
                outcome = HandOver(answer);
            }
        }

        return EndAlone(result, outcome, WasiMessaging.Handle, _functions.EndIncoming);
    }

    /// <summary>What the handler answered: 0 where it handled the message, 1 where it is rejected, anything else where it is no result.</summary>
    private int ReadIncoming(int result)
    {
        GuestMemory.CheckAlignment(result, ResultAlignment, "the answer", WasiMessaging.Handle);
        ReadOnlySpan<byte> room = _memory.Slice(result, IncomingResultBytes, "the answer", WasiMessaging.Handle);
        if (room[0] != 1)
        {
            return room[0];
        }

        (string kind, bool hasText) = (MessagingErrorKind)room[4] switch
        {
            MessagingErrorKind.Timeout => ("timeout", false),
            MessagingErrorKind.Connection => ("connection", true),
            MessagingErrorKind.PermissionDenied => ("permission-denied", true),
            MessagingErrorKind.Other => ("", true),
            _ => throw new GuestTrapException($"{WasiMessaging.Handle} answered the error {room[4]}, which is not one"),
        };
        string text = hasText ? RejectionText.Of(List(room[8..], TheError)) : "";
        _aloneReason = kind.Length == 0 || text.Length == 0 ? kind + text : RejectionText.Of($"{kind}: {text}");
        if (_aloneReason.Length == 0)
        {
            _aloneReason = GuestErrors.Unreasoned(WasiMessaging.Handle);
        }

        return 1;
    }
}
