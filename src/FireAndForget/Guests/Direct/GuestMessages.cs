using System.Text.Unicode;
using FireAndForget.Guests.Calls;
using FireAndForget.Guests.Instances;
using FireAndForget.Guests.Wasi;

namespace FireAndForget.Guests.Direct;

/// <summary>
/// The messages and clients that an instance of a guest of <c>wasi:messaging</c> has handles of, and what it does with them. Together
/// they take no more of the host than the guest's own memory may.
/// </summary>
internal sealed class GuestMessages(IGuestHost host, WasiHandles handles, long mostBytes)
{
    /// <summary>Of the client whose topics are ids of targets; every other one publishes.</summary>
    private static ReadOnlySpan<byte> Targets => "targets"u8;

    private readonly Dictionary<int, object> _values = [];
    private long _bytes;

    /// <summary>The request that is being handled; null: none is.</summary>
    private GuestMessage? _request;
    private byte[]? _answer;

    /// <summary>A message has come.</summary>
    /// <returns>Its handle, which is the guest's.</returns>
    public int Receive(GuestMessage message)
    {
        _request = message.IsRequest ? message : null;
        _answer = null;
        return Add(message);
    }

    /// <summary>The message was handled.</summary>
    /// <returns>The answer that was given, where it was a request; null: none.</returns>
    public byte[]? End()
    {
        byte[]? answer = _answer;
        _request = null;
        _answer = null;
        return answer;
    }

    public int Add(GuestMessage message)
    {
        Take(message.Size);
        return Add(WasiHandleKind.Message, message);
    }

    public int Connect(ReadOnlySpan<byte> name) =>
        Add(WasiHandleKind.Client, new GuestClient(!name.SequenceEqual(Targets)));

    public int AddOptions() => handles.Add(WasiHandleKind.RequestOptions);

    public GuestMessage MessageOf(int handle) => (GuestMessage)ValueOf(handle, WasiHandleKind.Message);

    public GuestClient ClientOf(int handle) => (GuestClient)ValueOf(handle, WasiHandleKind.Client);

    public void CheckOptions(int handle) => handles.ValueOf(handle, WasiHandleKind.RequestOptions);

    /// <summary>Takes a message from the guest.</summary>
    public GuestMessage TakeMessage(int handle)
    {
        GuestMessage message = MessageOf(handle);
        Drop(handle, WasiHandleKind.Message);
        return message;
    }

    public void Drop(int handle, WasiHandleKind kind)
    {
        handles.Drop(handle, kind);
        if (_values.Remove(handle, out object? value) && value is GuestMessage message)
        {
            _bytes -= message.Size;
        }
    }

    /// <summary>Changes a message that the guest has; <see cref="CheckRoom"/> has looked whether there is room for what is added.</summary>
    public void Change(GuestMessage message, Action<GuestMessage> change)
    {
        long before = message.Size;
        change(message);
        _bytes += message.Size - before;
    }

    /// <summary>Sends as the component, or publishes; null where the topic is not UTF-8.</summary>
    public MessagingError? Send(GuestClient client, ReadOnlySpan<byte> topic, GuestMessage message)
    {
        if (!client.IsConnected)
        {
            return new(MessagingErrorKind.Connection, "the client is disconnected");
        }

        SendStatus? status = client.Publishes
            ? host.Publish(topic, message.Data, out _)
            : host.Send(topic, message.Data);
        return ErrorOf(status ?? throw new GuestTrapException("the topic is not UTF-8"));
    }

    /// <summary>Answers a request, or sends to who sent a message.</summary>
    public MessagingError? Reply(GuestMessage to, GuestMessage message)
    {
        if (to.Sender is null)
        {
            return new(MessagingErrorKind.Other, "nobody sent the message");
        }

        if (!to.IsRequest)
        {
            return ErrorOf(host.Send(to.Sender, message.Data)!.Value);
        }

        if (to != _request)
        {
            return new(MessagingErrorKind.Other, "the request has ended");
        }

        if (_answer is not null)
        {
            return new(MessagingErrorKind.Other, "a request has one reply");
        }

        _answer = message.Data;
        return null;
    }

    /// <summary>A text of the guest.</summary>
    public static byte[] Text(ReadOnlySpan<byte> bytes, string what) =>
        Utf8.IsValid(bytes) ? bytes.ToArray() : throw new GuestTrapException($"{what} is not UTF-8");

    private static MessagingError? ErrorOf(SendStatus status) =>
        status switch
        {
            SendStatus.Accepted => null,
            SendStatus.CapabilityDenied => new(MessagingErrorKind.PermissionDenied, "capability-denied"),
            SendStatus.TargetNotFound => new(MessagingErrorKind.Connection, "target-not-found"),
            SendStatus.Closed => new(MessagingErrorKind.Connection, "closed"),
            SendStatus.InvalidMessage => new(MessagingErrorKind.Other, "invalid-message"),
            SendStatus.UnsupportedCodec => new(MessagingErrorKind.Other, "unsupported-codec"),
            SendStatus.PayloadTooLarge => new(MessagingErrorKind.Other, "payload-too-large"),
            SendStatus.QueueFull => new(MessagingErrorKind.Other, "queue-full"),
            _ => new(MessagingErrorKind.Other, "rate-limited"),
        };

    private object ValueOf(int handle, WasiHandleKind kind)
    {
        handles.ValueOf(handle, kind);
        return _values[handle];
    }

    private int Add(WasiHandleKind kind, object value)
    {
        int handle = handles.Add(kind);
        _values[handle] = value;
        return handle;
    }

    private void Take(long bytes)
    {
        CheckRoom(bytes);
        _bytes += bytes;
    }

    /// <summary>Traps where there is no room for so many bytes more.</summary>
    public void CheckRoom(long bytes)
    {
        if (bytes > mostBytes - _bytes)
        {
            throw new GuestTrapException(
                $"the messages that it has take more than its memory-bytes of {mostBytes}: it is to drop those that it is done with"
            );
        }
    }
}

/// <summary>The cases of <c>error</c> in <c>wasi:messaging/types</c>, as they are numbered there.</summary>
internal enum MessagingErrorKind : byte
{
    Timeout = 0,
    Connection = 1,
    PermissionDenied = 2,
    Other = 3,
}

/// <summary>An error of <c>wasi:messaging</c>; the text is not empty, but for a timeout.</summary>
internal readonly record struct MessagingError(MessagingErrorKind Kind, string Text);
