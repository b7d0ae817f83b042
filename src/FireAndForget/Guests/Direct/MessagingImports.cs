using System.Buffers.Binary;
using System.Text;
using FireAndForget.Guests.Calls;
using FireAndForget.Guests.Decoding;
using FireAndForget.Guests.Wasi;
using Wasmtime;

namespace FireAndForget.Guests.Direct;

/// <summary>The functions of <c>wasi:messaging</c> for one instance, lowered by the canonical ABI as <c>messaging.wat</c> declares them.</summary>
/// <param name="messages">What the instance has.</param>
/// <param name="refuseSend">Traps where a guest may not send now; it is given the import's name.</param>
internal sealed class MessagingImports(GuestMessages messages, Action<string> refuseSend)
{
    /// <summary>A result whose error is a number and a text.</summary>
    private const int ResultBytes = 16;
    private const int OptionBytes = 12;
    private const int Alignment = 4;
    private const int EntryBytes = 16;
    private const int MostEntries = 1000;

    /// <summary>The function behind an import; null: there is none of that name.</summary>
    public Function? Find(string name, LoweredCall call) =>
        name switch
        {
            $"{WasiMessaging.Types}#[static]client.connect" => Function.FromCallback(
                call.Store,
                (int client, int length, int answer) => Connect(call, client, length, answer)
            ),
            $"{WasiMessaging.Types}#[method]client.disconnect" => Function.FromCallback(
                call.Store,
                (int client, int answer) => Disconnect(call, client, answer)
            ),
            $"{WasiMessaging.Types}#[constructor]message" => Function.FromCallback(
                call.Store,
                (int data, int length) => Make(call, data, length)
            ),
            $"{WasiMessaging.Types}#[method]message.topic" => Function.FromCallback(
                call.Store,
                (int message, int answer) => Text(call, message, answer, m => m.Topic)
            ),
            $"{WasiMessaging.Types}#[method]message.content-type" => Function.FromCallback(
                call.Store,
                (int message, int answer) => Text(call, message, answer, m => m.ContentType)
            ),
            $"{WasiMessaging.Types}#[method]message.set-content-type" => Function.FromCallback(
                call.Store,
                (int message, int text, int length) =>
                    Set(call, message, text, length, (m, bytes) => m.ContentType = CheckText(bytes))
            ),
            $"{WasiMessaging.Types}#[method]message.data" => Function.FromCallback(
                call.Store,
                (int message, int answer) => Data(call, message, answer)
            ),
            $"{WasiMessaging.Types}#[method]message.set-data" => Function.FromCallback(
                call.Store,
                (int message, int data, int length) => Set(call, message, data, length, (m, bytes) => m.Data = bytes)
            ),
            $"{WasiMessaging.Types}#[method]message.metadata" => Function.FromCallback(
                call.Store,
                (int message, int answer) => Metadata(call, message, answer)
            ),
            $"{WasiMessaging.Types}#[method]message.add-metadata" => Function.FromCallback(
                call.Store,
                (int message, int key, int keyLength, int value, int valueLength) =>
                    AddMetadata(call, message, key, keyLength, value, valueLength)
            ),
            $"{WasiMessaging.Types}#[method]message.set-metadata" => Function.FromCallback(
                call.Store,
                (int message, int entries, int count) => SetMetadata(call, message, entries, count)
            ),
            $"{WasiMessaging.Types}#[method]message.remove-metadata" => Function.FromCallback(
                call.Store,
                (int message, int key, int length) => RemoveMetadata(call, message, key, length)
            ),
            $"{WasiMessaging.Producer}#{WasiMessaging.Send}" => Function.FromCallback(
                call.Store,
                (int client, int topic, int length, int message, int answer) =>
                    Send(call, client, topic, length, message, answer)
            ),
            $"{WasiMessaging.RequestReply}#reply" => Function.FromCallback(
                call.Store,
                (int to, int message, int answer) => Reply(call, to, message, answer)
            ),
            _ => FindOptions(name, call),
        };

    /// <summary>The function that gives back a handle.</summary>
    public Function Drop(string resource, LoweredCall call)
    {
        WasiHandleKind kind = resource switch
        {
            WasiMessaging.Client => WasiHandleKind.Client,
            WasiMessaging.Message => WasiHandleKind.Message,
            _ => WasiHandleKind.RequestOptions,
        };
        return Function.FromCallback(
            call.Store,
            (int handle) =>
            {
                call.Enter();
                messages.Drop(handle, kind);
            }
        );
    }

    // Options of requests can be made and set; request, which takes them, is not offered.
    private Function? FindOptions(string name, LoweredCall call) =>
        name switch
        {
            $"{WasiMessaging.RequestReply}#[constructor]request-options" => Function.FromCallback(
                call.Store,
                () =>
                {
                    call.Enter();
                    return messages.AddOptions();
                }
            ),
            $"{WasiMessaging.RequestReply}#[method]request-options.set-timeout-ms"
            or $"{WasiMessaging.RequestReply}#[method]request-options.set-expected-replies" => Function.FromCallback(
                call.Store,
                (int options, int _) =>
                {
                    call.Enter();
                    messages.CheckOptions(options);
                }
            ),
            _ => null,
        };

    private void Connect(LoweredCall call, int name, int length, int answer)
    {
        call.Enter();
        int client = messages.Connect(CheckText(call.Argument(name, length)));
        Span<byte> room = call.Answer(answer, ResultBytes, Alignment);
        room[0] = 0;
        BinaryPrimitives.WriteInt32LittleEndian(room[4..], client);
    }

    private void Disconnect(LoweredCall call, int client, int answer)
    {
        call.Enter();
        messages.ClientOf(client).IsConnected = false;
        AnswerResult(call, answer, null);
    }

    private int Make(LoweredCall call, int data, int length)
    {
        call.Enter();
        GuestMessage message = new();
        // The room is checked before the copy is made.
        messages.CheckRoom(GuestMessage.Cost + (long)(uint)length);
        message.Data = call.Argument(data, length).ToArray();
        return messages.Add(message);
    }

    private void Text(LoweredCall call, int message, int answer, Func<GuestMessage, byte[]?> text)
    {
        call.Enter();
        byte[]? given = text(messages.MessageOf(message));
        Span<byte> room = call.Answer(answer, OptionBytes, Alignment);
        if (given is null)
        {
            room[0] = 0;
            return;
        }

        given.CopyTo(call.Allocate(given.Length, 1, out int pointer));
        WriteList(call.Answer(answer, OptionBytes, Alignment), pointer, given.Length);
    }

    private void Data(LoweredCall call, int message, int answer)
    {
        call.Enter();
        byte[] data = messages.MessageOf(message).Data;
        call.CheckListAnswer(answer);
        data.CopyTo(call.Allocate(data.Length, 1, out int pointer));
        call.AnswerList(answer, pointer, data.Length);
    }

    private void Set(LoweredCall call, int message, int bytes, int length, Action<GuestMessage, byte[]> set)
    {
        call.Enter();
        GuestMessage of = messages.MessageOf(message);
        messages.CheckRoom((uint)length);
        byte[] given = call.Argument(bytes, length).ToArray();
        messages.Change(of, m => set(m, given));
    }

    private void Metadata(LoweredCall call, int message, int answer)
    {
        call.Enter();
        List<(byte[] Key, byte[] Value)>? metadata = messages.MessageOf(message).Metadata;
        Span<byte> room = call.Answer(answer, OptionBytes, Alignment);
        if (metadata is null)
        {
            room[0] = 0;
            return;
        }

        call.Allocate(metadata.Count * EntryBytes, Alignment, out int list);
        int element = list;
        foreach ((byte[] key, byte[] value) in metadata)
        {
            call.StoreString(key, element);
            call.StoreString(value, element + (EntryBytes / 2));
            element += EntryBytes;
        }

        WriteList(call.Answer(answer, OptionBytes, Alignment), list, metadata.Count);
    }

    private void AddMetadata(LoweredCall call, int message, int key, int keyLength, int value, int valueLength)
    {
        call.Enter();
        GuestMessage of = messages.MessageOf(message);
        messages.CheckRoom(GuestMessage.Cost + (long)(uint)keyLength + (uint)valueLength);
        byte[] added = CheckText(call.Argument(key, keyLength));
        byte[] text = CheckText(call.Argument(value, valueLength));
        messages.Change(
            of,
            m =>
            {
                List<(byte[] Key, byte[] Value)> metadata = m.Metadata ??= [];
                int index = metadata.FindIndex(entry => entry.Key.AsSpan().SequenceEqual(added));
                if (index >= 0)
                {
                    metadata[index] = (added, text);
                    return;
                }

                if (metadata.Count == MostEntries)
                {
                    throw TooMany(call);
                }

                metadata.Add((added, text));
            }
        );
    }

    private void SetMetadata(LoweredCall call, int message, int entries, int count)
    {
        call.Enter();
        GuestMessage of = messages.MessageOf(message);
        if ((uint)count > MostEntries)
        {
            throw TooMany(call);
        }

        ReadOnlySpan<byte> list = call.Argument32(entries, count * (EntryBytes / 4), MostEntries * (EntryBytes / 4));
        long size = 0;
        for (int at = 0; at < list.Length; at += EntryBytes)
        {
            size += GuestMessage.Cost + (long)Number(list, at + 4) + Number(list, at + 12);
        }

        messages.CheckRoom(size);
        List<(byte[] Key, byte[] Value)> metadata = new(count);
        for (int at = 0; at < list.Length; at += EntryBytes)
        {
            metadata.Add((TextAt(call, list, at), TextAt(call, list, at + (EntryBytes / 2))));
        }

        messages.Change(of, m => m.Metadata = metadata);
    }

    private void RemoveMetadata(LoweredCall call, int message, int key, int length)
    {
        call.Enter();
        GuestMessage of = messages.MessageOf(message);
        byte[] removed = CheckText(call.Argument(key, length));
        messages.Change(of, m => m.Metadata?.RemoveAll(entry => entry.Key.AsSpan().SequenceEqual(removed)));
    }

    private void Send(LoweredCall call, int client, int topic, int length, int message, int answer)
    {
        refuseSend(call.Function);
        GuestClient by = messages.ClientOf(client);
        ReadOnlySpan<byte> bytes = call.Argument(topic, length);
        AnswerResult(call, answer, messages.Send(by, bytes, messages.TakeMessage(message)));
    }

    private void Reply(LoweredCall call, int to, int message, int answer)
    {
        refuseSend(call.Function);
        GuestMessage asked = messages.MessageOf(to);
        if (to == message)
        {
            throw new GuestTrapException(
                $"it gave {call.Function} message {(uint)message} away, which it lends to the same call"
            );
        }

        AnswerResult(call, answer, messages.Reply(asked, messages.TakeMessage(message)));
    }

    /// <summary>Answers with a result without a value. The room is looked at behind what was done, which stands whatever the room is.</summary>
    private static void AnswerResult(LoweredCall call, int answer, MessagingError? error)
    {
        Span<byte> room = call.Answer(answer, ResultBytes, Alignment);
        if (error is not { } given)
        {
            room[0] = 0;
            return;
        }

        byte[] text = Encoding.UTF8.GetBytes(given.Text);
        text.CopyTo(call.Allocate(text.Length, 1, out int pointer));
        room = call.Answer(answer, ResultBytes, Alignment);
        room[0] = 1;
        room[4] = (byte)given.Kind;
        BinaryPrimitives.WriteInt32LittleEndian(room[8..], pointer);
        BinaryPrimitives.WriteInt32LittleEndian(room[12..], text.Length);
    }

    /// <summary>Writes an option of a list or text that is there.</summary>
    private static void WriteList(Span<byte> room, int pointer, int count)
    {
        room[0] = 1;
        BinaryPrimitives.WriteInt32LittleEndian(room[4..], pointer);
        BinaryPrimitives.WriteInt32LittleEndian(room[8..], count);
    }

    private static byte[] TextAt(LoweredCall call, ReadOnlySpan<byte> list, int at) =>
        CheckText(call.Argument((int)Number(list, at), (int)Number(list, at + 4)));

    private static uint Number(ReadOnlySpan<byte> list, int at) => BinaryPrimitives.ReadUInt32LittleEndian(list[at..]);

    private static byte[] CheckText(ReadOnlySpan<byte> bytes) => GuestMessages.Text(bytes, "a text of a message");

    private static GuestTrapException TooMany(LoweredCall call) =>
        new($"it gave {call.Function} more than {MostEntries} entries of metadata");
}
