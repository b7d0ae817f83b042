using System.Buffers.Binary;
using System.Globalization;
using FireAndForget.Buffers;
using FireAndForget.Guests.Calls;
using FireAndForget.Guests.Decoding;
using FireAndForget.Guests.Instances;
using FireAndForget.Mailboxes;
using FireAndForget.Messages;
using Wasmtime;

namespace FireAndForget.Guests.Direct;

// Messages that the host delivers one by one, by the same steps and in the same order as the courier does for a batch: those that are too
// large for the tray, requests, messages under a topic, and replies.
internal sealed partial class DirectGuest
{
    /// <summary>A result whose value is a list or text, in a component's memory.</summary>
    private const int ResultBytes = 12;
    private const int ResultAlignment = 4;

    /// <summary>A core module's answer to a request: two numbers of 32 bits, address and length.</summary>
    private const int AnswerBytes = 8;

    private const string TheText = "the text with which it rejects a message";
    private const string TheAnswer = "the answer to a request";

    public override Delivery DeliverReply(GuestReply reply)
    {
        _ticksMet = 0;
        Tray tray = _trays.OfThisThread;
        if (tray != _tray)
        {
            _tray = tray;
        }

        BeginAlone(origin: 0, reply.Answer.Length);
        NativeFunction handle = _functions.HandleReply;
        if (!handle.Exists)
        {
            return RejectAlone(GuestErrors.NoReplies);
        }

        _replyNumber = reply.Number;
        try
        {
            GiveReply(reply, handle);
            if (_functions.EndReply.Exists)
            {
                _tray.MayLeave = false;
                _functions.EndReply.Call();
                _tray.MayLeave = true;
            }

            return new(1, 0, null);
        }
        catch (WasmtimeException e)
        {
            return new(0, 0, Fault(e));
        }
        catch (GuestTrapException e)
        {
            return new(0, 0, new(Outcome.Trapped, e.Message));
        }
        finally
        {
            _replyNumber = 0;
        }
    }

    private void GiveReply(GuestReply reply, NativeFunction handle)
    {
        int outcome = (int)reply.Outcome;
        ReadOnlySpan<byte> answer = reply.Answer;
        if (reply.Outcome != ReplyOutcome.Handled)
        {
            // A component gets the case of a failure in the place of the answer's address; a core module gets it as a number of its
            // own.
            (int failed, int place) = _plan.IsComponent ? (1, outcome - 1) : (outcome, 0);
            handle.Call((long)reply.Request, failed, place, 0);
        }
        else if (answer.TryCopyTo(_tray.Bytes))
        {
            _reply.Call((long)reply.Request, _tray.Offset, answer.Length, 0);
        }
        else
        {
            handle.Call((long)reply.Request, 0, Lower(answer), answer.Length);
        }
    }

    /// <summary>How many of these messages are for <c>handle-message</c>, up to the first one that is not.</summary>
    private int CountForCourier(ReadOnlySpan<MessageSlot> slots)
    {
        int count = 0;
        while (_handlesMessages && count < slots.Length && !IsForTopicHandler(slots[count].Sender))
        {
            count++;
        }

        return count;
    }

    private bool IsForTopicHandler(uint origin) => MessageOrigin.HasTopic(origin) && _functions.HandleTopic.Exists;

    /// <summary>Whether the courier cannot deliver a message with this origin.</summary>
    private bool GoesAlone(uint origin) => !_handlesMessages || IsForTopicHandler(origin) || IsRequest(origin);

    private bool IsRequest(uint origin) => MessageOrigin.HasContext(origin) && _host.IsRequest(origin);

    /// <summary>Delivers a request that lies in the tray.</summary>
    private Delivery Ask(Tray tray, uint origin, int length, int start)
    {
        _isAlone = true;
        _aloneReason = "";
        _aloneSender = origin;
        _aloneLength = length;
        try
        {
            tray.BeginWithContext(origin, _host);
            return TakeAnswer(_ask.Call(tray.Offset, start, 0, 0));
        }
        catch (WasmtimeException e)
        {
            return new(0, 0, Fault(e));
        }
        catch (GuestTrapException e)
        {
            return new(0, 0, new(Outcome.Trapped, e.Message));
        }
    }

    private Delivery DeliverAlone(Mailbox mailbox)
    {
        if (
            !mailbox.TryPeek(0, out uint origin, out ReadOnlySpan<byte> first, out ReadOnlySpan<byte> rest)
            || _host.IsReplaced
        )
        {
            return default;
        }

        Pieces message = new(first, rest);
        BeginAlone(origin, message.Length);
        try
        {
            // An observed message counts as being handled from here on, also where the guest has no handler for it.
            ReadOnlySpan<byte> sender = _host.IdOf(origin);
            if (_functions.HandleIncoming.Exists)
            {
                return HandleIncoming(origin, sender, message);
            }

            if (IsRequest(origin))
            {
                return !_functions.HandleRequest.Exists
                    ? RejectAlone(GuestErrors.NoRequests)
                    : AnswerRequest(sender, message);
            }

            if (IsForTopicHandler(origin))
            {
                return HandlePublished(_host.TopicOf(origin), sender, message);
            }

            return _handlesMessages ? HandleAlone(sender, message) : RejectAlone(GuestErrors.NoMessages);
        }
        catch (WasmtimeException e)
        {
            return new(0, 0, Fault(e));
        }
        catch (GuestTrapException e)
        {
            return new(0, 0, new(Outcome.Trapped, e.Message));
        }
    }

    private void BeginAlone(uint origin, int length)
    {
        SkipEarlierTicks(_host.Conditions.Ticks);
        _isAlone = true;
        _aloneReason = "";
        _aloneSender = origin;
        _aloneLength = length;
        _batch++;
        _tray.BeginCalls();
    }

    private Delivery RejectAlone(string reason)
    {
        _aloneAnswer = 1;
        _aloneReason = reason;
        return new(1, 1, null);
    }

    private Delivery HandleAlone(ReadOnlySpan<byte> sender, Pieces message)
    {
        int senderPointer = Lower(sender);
        int messagePointer = Lower(message);
        int result = _functions.HandleMessage.Call(senderPointer, sender.Length, messagePointer, message.Length);
        return EndAlone(
            result,
            _plan.GivesReasons ? ReadResult(result, HostMessaging.HandleMessage) : result,
            HostMessaging.HandleMessage,
            _functions.EndMessage
        );
    }

    private Delivery AnswerRequest(ReadOnlySpan<byte> sender, Pieces message)
    {
        int senderPointer = Lower(sender);
        int messagePointer = Lower(message);
        return TakeAnswer(_functions.HandleRequest.Call(senderPointer, sender.Length, messagePointer, message.Length));
    }

    /// <summary>Gives the answer of <c>handle-request</c> to the request.</summary>
    private Delivery TakeAnswer(int result) =>
        EndAlone(
            result,
            HasReturned(_plan.Responder!) ? result
                : _plan.IsComponent ? ReadResult(result, HostMessaging.HandleRequest)
                : ReadAnswer(result),
            HostMessaging.HandleRequest,
            _functions.EndRequest
        );

    private Delivery HandlePublished(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> sender, Pieces message)
    {
        int topicPointer = Lower(topic);
        int senderPointer = Lower(sender);
        int messagePointer = Lower(message);
        int result = _functions.HandleTopic.Call(
            topicPointer,
            topic.Length,
            senderPointer,
            sender.Length,
            messagePointer,
            message.Length
        );
        int answer = result;
        if (_plan.IsComponent)
        {
            answer = HasReturned(_plan.TopicHandler!) ? result : ReadResult(result, HostMessaging.HandleTopic);
        }
        else if (answer != 0)
        {
            _aloneReason = string.Create(
                CultureInfo.InvariantCulture,
                $"{HostMessaging.HandleTopic} returned {answer}"
            );
        }

        return EndAlone(result, answer, HostMessaging.HandleTopic, _functions.EndTopic);
    }

    /// <summary>
    /// Ends a delivery whose handler has returned and whose answer was read: calls post-return and notes what became of the
    /// message.
    /// </summary>
    private Delivery EndAlone(int result, int answer, string handler, NativeFunction postReturn)
    {
        _aloneAnswer = answer;
        if ((uint)answer > (uint)_greatestAnswer)
        {
            throw new GuestTrapException(
                string.Create(CultureInfo.InvariantCulture, $"{handler} answered {answer}, which is not a result")
            );
        }

        if (postReturn.Exists)
        {
            _tray.MayLeave = false;
            postReturn.Call(result);
            _tray.MayLeave = true;
        }

        return new(1, answer == 0 ? 0 : 1, null);
    }

    /// <summary>
    /// The answer of a component's handler that gives the address of a result, whose list, an answer or a text, is taken: 0 where it
    /// handled the message, 1 where it is rejected, anything else where it is no result.
    /// </summary>
    private int ReadResult(int result, string handler)
    {
        GuestMemory.CheckAlignment(result, ResultAlignment, "the answer", handler);
        bool isRequest = handler == HostMessaging.HandleRequest;
        byte discriminant = _memory.Slice(result, ResultBytes, "the answer", handler)[0];
        if (discriminant == 1)
        {
            string reason = RejectionText.Of(ListOf(result, TheText));
            // A rejection by handle-message without a text is described as one that the courier delivered.
            bool isMessage = handler == HostMessaging.HandleMessage;
            _aloneReason = reason.Length == 0 && !isMessage ? GuestErrors.Unreasoned(handler) : reason;
        }
        else if (discriminant == 0 && isRequest)
        {
            return HandOver(ListOf(result, TheAnswer));
        }

        return discriminant;
    }

    /// <summary>The answer of a core module's <c>handle-request</c>: 0 where it answered, 1 where it is rejected.</summary>
    private int ReadAnswer(int result)
    {
        if (result == 0)
        {
            _aloneReason = $"{HostMessaging.HandleRequest} returned 0";
            return 1;
        }

        GuestMemory.CheckAlignment(result, ResultAlignment, "the answer", HostMessaging.HandleRequest);
        ReadOnlySpan<byte> parts = _memory.Slice(result, AnswerBytes, "the answer", HostMessaging.HandleRequest);
        return HandOver(List(parts, TheAnswer));
    }

    private int HandOver(ReadOnlySpan<byte> answer)
    {
        string? rejection = _host.Answer(_aloneSender, answer);
        _aloneReason = rejection ?? "";
        return rejection is null ? 0 : 1;
    }

    /// <summary>The list that a result holds, behind its discriminant.</summary>
    private ReadOnlySpan<byte> ListOf(int result, string what) =>
        List(_memory.Slice(result, ResultBytes, "the answer of a handler")[4..], what);

    /// <summary>The list in the guest's memory whose address and length <paramref name="parts"/> holds.</summary>
    private ReadOnlySpan<byte> List(ReadOnlySpan<byte> parts, string what) =>
        _memory.List(
            BinaryPrimitives.ReadInt32LittleEndian(parts),
            BinaryPrimitives.ReadInt32LittleEndian(parts[4..]),
            what
        );

    /// <summary>
    /// Lowers bytes into the guest's memory: calls realloc, also for none, and copies. The guest may call no import meanwhile.
    /// </summary>
    private int Lower(ReadOnlySpan<byte> bytes) => Lower(new Pieces(bytes, default));

    private int Lower(Pieces bytes)
    {
        GuestMemory.CheckListLength((uint)bytes.Length, "the message");
        _tray.MayLeave = false;
        int pointer = _functions.Realloc.Call(0, 0, 1, bytes.Length);
        Span<byte> room = _memory.Slice(pointer, bytes.Length, "what realloc gave");
        CacheLines.Copy(bytes.First, room);
        CacheLines.Copy(bytes.Rest, room[bytes.First.Length..]);
        _tray.MayLeave = true;
        return pointer;
    }

    /// <summary>A message as its mailbox stores it: in one piece, or in two where it goes over the end of the ring.</summary>
    private readonly ref struct Pieces(ReadOnlySpan<byte> first, ReadOnlySpan<byte> rest)
    {
        public readonly ReadOnlySpan<byte> First = first;
        public readonly ReadOnlySpan<byte> Rest = rest;

        public int Length => First.Length + Rest.Length;
    }
}
