using System.Buffers;
using System.Text;
using FireAndForget.Guests.Instances;
using FireAndForget.Messages;
using Wasmtime;
using Wasmtime.Components;
using HostMessaging = FireAndForget.Guests.Decoding.HostMessaging;

namespace FireAndForget.Guests.ComponentApi;

// Calling the guest's handlers, one call for each message or reply.
internal sealed partial class ComponentApiGuest
{
    /// <summary>What a guest gets instead of an answer, by the reply's outcome less one, each made once.</summary>
    private static readonly ComponentValue[] Failures =
    [
        .. HostMessaging.FailureType.Labels.Select(name => ComponentValue.Err(ComponentValue.Enum(name))),
    ];

    private readonly ByteList _bytes = new();

    /// <summary>The arguments of <c>handle-message</c>; the first one is kept while the messages of one sender follow each other.</summary>
    private readonly ComponentValue[] _arguments = new ComponentValue[2];

    /// <summary>The sender that the first argument names; null: none yet.</summary>
    private uint? _sender;

    /// <summary>The version of senders' numbers by which it does.</summary>
    private int _senderVersion;

    /// <summary>The number of the reply that is being delivered; 0: none is.</summary>
    private long _replyNumber;

    public override Delivery DeliverReply(GuestReply reply)
    {
        _ticksMet = 0;
        _endsTurn = false;
        _answered = 0;
        _message++;
        if (_handleReply is null)
        {
            _reasons[0] = GuestErrors.NoReplies;
            return new(1, 1, null);
        }

        if (reply.Answer.Length > LargestList)
        {
            return new(0, 0, TooLarge("reply", reply.Answer.Length));
        }

        ComponentApiGuest? before = _current;
        _current = this;
        _replyNumber = reply.Number;
        try
        {
            _bytes.Set(reply.Answer);
            _handleReply.Call(
                ComponentValue.U64(reply.Request),
                reply.Outcome == ReplyOutcome.Handled
                    ? ComponentValue.Ok(ComponentValue.List(_bytes))
                    : Failures[(int)reply.Outcome - 1]
            );
            return new(1, 0, null);
        }
        catch (WasmtimeException e)
        {
            return new(0, 0, Fault(e));
        }
        finally
        {
            _current = before;
            _replyNumber = 0;
        }
    }

    private GuestFault TooLarge(string what, int length) =>
        new(
            Outcome.Trapped,
            $"a {what} of {length} bytes is more than the component API can hand over to it, {_largestMessage}"
        );

    /// <summary>As <see cref="Handle"/>, for a message that may be a request, or may have been published under a topic.</summary>
    private int HandleOther(uint origin, ReadOnlySpan<byte> message)
    {
        if (!MessageOrigin.HasContext(origin) || !_host.IsRequest(origin))
        {
            return MessageOrigin.HasTopic(origin) && _handleTopic is not null
                ? HandlePublished(_host.TopicOf(origin), origin, message)
                : Handle(origin, message);
        }

        if (_handleRequest is not null)
        {
            return AnswerTo(origin, message);
        }

        // Reading the sender's id begins the handling in a trace, which shows it also where there is no handler.
        _ = _host.IdOf(origin);
        _reasons[_answered] = GuestErrors.NoRequests;
        return 1;
    }

    /// <summary>Calls <c>handle-topic</c>: 0 where it handled the message, 1 where it rejected it.</summary>
    private int HandlePublished(ReadOnlySpan<byte> topic, uint origin, ReadOnlySpan<byte> message)
    {
        _bytes.Set(message);
        ComponentValue result = _handleTopic!.Call(
            ComponentValue.String(Encoding.UTF8.GetString(topic)),
            ComponentValue.String(Encoding.UTF8.GetString(_host.IdOf(origin))),
            ComponentValue.List(_bytes)
        )!;
        if (result.IsOk)
        {
            return 0;
        }

        string text = RejectionText.Of(result.Payload!.AsString());
        _reasons[_answered] = text.Length == 0 ? GuestErrors.Unreasoned(HostMessaging.HandleTopic) : text;
        return 1;
    }

    /// <summary>Calls <c>handle-request</c>: 0 where it answered the request, 1 where it is rejected.</summary>
    private int AnswerTo(uint sender, ReadOnlySpan<byte> message)
    {
        _bytes.Set(message);
        ComponentValue result = _handleRequest!.Call(
            ComponentValue.String(Encoding.UTF8.GetString(_host.IdOf(sender))),
            ComponentValue.List(_bytes)
        )!;
        string? rejection;
        if (result.IsOk)
        {
            IReadOnlyList<ComponentValue> values = result.Payload!.AsList();
            byte[] answer = ArrayPool<byte>.Shared.Rent(values.Count);
            for (int i = 0; i < values.Count; i++)
            {
                answer[i] = values[i].AsU8();
            }

            rejection = _host.Answer(sender, answer.AsSpan(0, values.Count));
            ArrayPool<byte>.Shared.Return(answer);
        }
        else
        {
            string text = RejectionText.Of(result.Payload!.AsString());
            rejection = text.Length == 0 ? GuestErrors.Unreasoned(HostMessaging.HandleRequest) : text;
        }

        _reasons[_answered] = rejection ?? "";
        return rejection is null ? 0 : 1;
    }

    /// <summary>Calls <c>handle-message</c>: 0 where it handled the message, 1 where it rejected it.</summary>
    private int Handle(uint sender, ReadOnlySpan<byte> message)
    {
        // This is read after the message: where its number has gone to another id, the version grew before.
        int version = _host.SenderVersion;
        if (_sender != sender || _senderVersion != version || MessageOrigin.HasContext(sender))
        {
            _arguments[0] = ComponentValue.String(Encoding.UTF8.GetString(_host.IdOf(sender)));
            (_sender, _senderVersion) = (sender, version);
        }

        if (_handleMessage is null)
        {
            _reasons[_answered] = GuestErrors.NoMessages;
            return 1;
        }

        if (_passesStrings)
        {
            _arguments[1] = ComponentValue.String(Encoding.Latin1.GetString(message));
        }
        else
        {
            _bytes.Set(message);
            _arguments[1] = ComponentValue.List(_bytes);
        }

        ComponentValue result = _handleMessage.Call(_arguments)!;
        if (result.IsOk)
        {
            return 0;
        }

        // The handle-message of 1.0 gives no reason.
        _reasons[_answered] = result.Payload is { } reason ? RejectionText.Of(reason.AsString()) : "";
        return 1;
    }
}
