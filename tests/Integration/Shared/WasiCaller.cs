using System.Buffers.Binary;
using System.Text;
using FireAndForget.Guests.Instances;
using FireAndForget.Tests.Wasi;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>
/// The guest of <see cref="WasiWat"/> with folders besides, on a host in manual mode: a test calls one function of WASI
/// after the other in it.
/// </summary>
internal sealed class WasiCaller : IAsyncDisposable
{
    private static readonly WasiFunction[] More =
    [
        new("filesystem/types", "[method]descriptor.open-at", "iiiiiii"),
        new("filesystem/types", "[method]descriptor.read", "iIIi"),
        new("filesystem/types", "[method]descriptor.write", "iiiIi"),
        new("filesystem/types", "[method]descriptor.set-size", "iIi"),
        new("filesystem/types", "[method]descriptor.create-directory-at", "iiii"),
        new("filesystem/types", "[method]descriptor.unlink-file-at", "iiii"),
        new("filesystem/types", "[method]descriptor.rename-at", "iiiiiii"),
        new("filesystem/types", "[method]descriptor.symlink-at", "iiiiii"),
        new("filesystem/types", "[method]descriptor.stat-at", "iiiii"),
        new("filesystem/types", "[method]descriptor.stat", "ii"),
        new("filesystem/types", "[method]descriptor.get-type", "ii"),
        new("filesystem/types", "[method]descriptor.set-times-at", "iiiiiIiiIii"),
        new("filesystem/types", "[method]descriptor.link-at", "iiiiiiii"),
        new("filesystem/types", "[method]descriptor.readlink-at", "iiii"),
        new("filesystem/types", "[method]descriptor.is-same-object", "ii", "i"),
        new("filesystem/types", "[method]descriptor.read-via-stream", "iIi"),
        new("filesystem/types", "[method]descriptor.write-via-stream", "iIi"),
        new("filesystem/types", "[method]descriptor.append-via-stream", "ii"),
        new("filesystem/types", "[method]descriptor.read-directory", "ii"),
        new("filesystem/types", "[method]directory-entry-stream.read-directory-entry", "ii"),
        new("filesystem/types", "drop directory-entry-stream", "i"),
    ];

    private static readonly string Guest = WasiWat.ForWasmtime(WasiWat.With(More));

    private readonly MessagingHost _host;
    private readonly MessagingEndpoint _client;
    private readonly EventSubscription _events;
    private byte[] _answer = [];

    public WasiCaller(
        GuestRuntime runtime,
        WasiOptions? wasi = null,
        TimeProvider? time = null,
        ulong? seed = null,
        int openFiles = 64
    )
    {
        _host = new(
            new()
            {
                Workers = 0,
                TimeProvider = time ?? TimeProvider.System,
                RandomSeed = seed,
                PrefersComponentApi = runtime == GuestRuntime.ComponentApi,
            }
        );
        _events = _host.Subscribe(int.MaxValue);
        _host.AddComponent(
            "guest",
            ComponentSource.FromText(Guest),
            new()
            {
                SendsTo = ["client"],
                Wasi = wasi ?? new(),
                Limits = new() { MessageTimeout = TimeSpan.Zero, OpenFiles = openFiles },
            }
        );
        _client = _host.AddEndpoint("client", message => _answer = message.Bytes.ToArray(), TestHost.Roomy);
    }

    /// <summary>Calls a function, which must return.</summary>
    /// <param name="function">The end of its interface and name.</param>
    /// <param name="arguments">Its core arguments.</param>
    /// <returns>Its core result; 0 where it has none.</returns>
    public long Call(string function, params long[] arguments) => Call(function, "", arguments);

    /// <summary>As the other, with text at <see cref="WasiWat.Data"/>.</summary>
    public long Call(string function, string text, params long[] arguments)
    {
        DeadLetter? letter = Run(function, text, arguments);
        Assert.True(letter is null, letter?.Reason);
        return BinaryPrimitives.ReadInt64LittleEndian(_answer);
    }

    /// <summary>Calls a function, which must not return.</summary>
    /// <returns>Why the message trapped.</returns>
    public string Fail(string function, params long[] arguments) => Run(function, "", arguments)!.Reason;

    /// <summary>The guest's memory at an address, as it was after the last call.</summary>
    public ReadOnlySpan<byte> Memory(int address, int length) => _answer.AsSpan(8 + address - WasiWat.Answer, length);

    public int Number(int address) => BinaryPrimitives.ReadInt32LittleEndian(Memory(address, 4));

    public string Text(int address) => Encoding.UTF8.GetString(Memory(Number(address), Number(address + 4)));

    public ValueTask DisposeAsync()
    {
        _events.Dispose();
        return _host.DisposeAsync();
    }

    private DeadLetter? Run(string function, string text, long[] arguments)
    {
        string[] names = [.. WasiFunction.All.Concat(More).Select(f => $"{f.Interface}#{f.Name}")];
        int index = names.Index().Single(f => f.Item.EndsWith(function, StringComparison.Ordinal)).Index;
        byte[] data = Encoding.UTF8.GetBytes(text);
        byte[] message = new byte[WasiWat.HeaderBytes + data.Length];
        BinaryPrimitives.WriteInt32LittleEndian(message, index);
        for (int i = 0; i < arguments.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(message.AsSpan(8 + (i * 8)), arguments[i]);
        }

        data.CopyTo(message.AsSpan(WasiWat.HeaderBytes));
        Assert.Equal(SendStatus.Accepted, _client.Send("guest", message));
        _host.Pump();
        DeadLetter? letter = null;
        while (_events.TryRead(out HostEvent? happened))
        {
            letter = happened as DeadLetter ?? letter;
        }

        return letter;
    }
}
