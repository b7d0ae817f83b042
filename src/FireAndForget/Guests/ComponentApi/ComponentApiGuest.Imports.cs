using System.Buffers;
using System.Text;
using FireAndForget.Guests.Calls;
using Wasmtime.Components;
using HostMessaging = FireAndForget.Guests.Decoding.HostMessaging;

namespace FireAndForget.Guests.ComponentApi;

// What a component imports of host-messaging.
internal sealed partial class ComponentApiGuest
{
    private static readonly ComponentValue Accepted = ComponentValue.Ok(null);
    private static readonly ComponentValue[] Refused =
    [
        .. HostMessaging.SendErrorType.Labels.Select(name => ComponentValue.Err(ComponentValue.Enum(name))),
    ];

    /// <summary>The statuses as the numbers that the guard of a world gets, each made once.</summary>
    private static readonly ComponentValue[] Statuses =
    [
        .. Enumerable.Range(0, HostMessaging.SendErrorType.Labels.Count + 1).Select(n => ComponentValue.U8((byte)n)),
    ];

    public ComponentValue Send(ComponentValue target, ComponentValue message)
    {
        RefuseWhileLoading(HostMessaging.Send);
        using Arguments arguments = new(target, message);
        // The component API has checked that the target is UTF-8, here and below.
        SendStatus status = _host.Send(arguments.Name, arguments.Message)!.Value;
        return status == SendStatus.Accepted ? Accepted : Refused[(int)status - 1];
    }

    /// <summary>As <see cref="Send"/>, with a target and a message as strings, each character of which is a byte.</summary>
    public ComponentValue SendStrings(string target, string message)
    {
        RefuseWhileLoading(HostMessaging.Send);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(target.Length + message.Length);
        try
        {
            Encoding.Latin1.GetBytes(target, buffer);
            Encoding.Latin1.GetBytes(message, buffer.AsSpan(target.Length));
            // The component API has checked that the target is UTF-8.
            ReadOnlySpan<byte> bytes = buffer;
            return Statuses[(int)_host.Send(bytes[..target.Length], bytes.Slice(target.Length, message.Length))!.Value];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public ComponentValue Publish(ComponentValue topic, ComponentValue message)
    {
        RefuseWhileLoading(HostMessaging.Publish);
        using Arguments arguments = new(topic, message);
        SendStatus status = _host.Publish(arguments.Name, arguments.Message, out uint accepted)!.Value;
        return AnswerOf(status, ComponentValue.U32(accepted));
    }

    public ComponentValue Request(ComponentValue target, ComponentValue message, ComponentValue timeout)
    {
        RefuseWhileLoading(HostMessaging.Request);
        using Arguments arguments = new(target, message);
        SendStatus status = _host.Request(arguments.Name, arguments.Message, timeout.AsU32(), out ulong number)!.Value;
        return AnswerOf(status, ComponentValue.U64(number));
    }

    public ComponentValue CancelRequest(ComponentValue request) =>
        ComponentValue.Bool(_host.CancelRequest(request.AsU64()));

    public ComponentValue SendLater(ComponentValue target, ComponentValue message, ComponentValue delay)
    {
        RefuseWhileLoading(HostMessaging.SendLater);
        using Arguments arguments = new(target, message);
        SendStatus status = _host.SendLater(arguments.Name, arguments.Message, delay.AsU64(), out ulong number)!.Value;
        return AnswerOf(status, ComponentValue.U64(number));
    }

    public ComponentValue CancelLater(ComponentValue later) => ComponentValue.Bool(_host.CancelLater(later.AsU64()));

    public ComponentValue MessageNumber() =>
        ComponentValue.U64(
            _isLoading ? 0
            : _replyNumber != 0 ? (ulong)_replyNumber
            : (ulong)_host.NumberOf(_answered)
        );

    private static ComponentValue AnswerOf(SendStatus status, ComponentValue value) =>
        status == SendStatus.Accepted ? ComponentValue.Ok(value) : Refused[(int)status - 1];

    private void RefuseWhileLoading(string import)
    {
        if (_isLoading)
        {
            throw new GuestTrapException($"it called {import} while it was instantiated, which no guest may");
        }
    }

    /// <summary>The arguments of a call that sends: a target or topic, and a message, both as bytes.</summary>
    private readonly ref struct Arguments
    {
        private readonly byte[] _buffer;

        public Arguments(ComponentValue name, ComponentValue message)
        {
            string text = name.AsString();
            IReadOnlyList<ComponentValue> values = message.AsList();
            _buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetByteCount(text) + values.Count);
            int length = Encoding.UTF8.GetBytes(text, _buffer);
            Span<byte> bytes = _buffer.AsSpan(length, values.Count);
            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] = values[i].AsU8();
            }

            Name = _buffer.AsSpan(0, length);
            Message = bytes;
        }

        public ReadOnlySpan<byte> Name { get; }

        public ReadOnlySpan<byte> Message { get; }

        public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);
    }
}
