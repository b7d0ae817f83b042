using System.Buffers.Binary;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests.Wasi;

/// <summary>
/// The guest of <see cref="WasiWat"/> on a host in manual mode, with a clock and a log of its own: the test calls one function of
/// WASI after the other.
/// </summary>
internal sealed class WasiGuest : IGuestOutput, IAsyncDisposable
{
    private readonly MessagingHost _host;
    private readonly MessagingEndpoint _client;
    private readonly EventSubscription _events;
    private byte[]? _answer;

    public WasiGuest(WasiOptions? options = null, ulong? seed = 1, string id = "guest", TimeSpan? budget = null)
    {
        _host = new(
            new()
            {
                Workers = 0,
                TimeProvider = Time,
                RandomSeed = seed,
                GuestOutput = this,
            }
        );
        _events = _host.Subscribe(int.MaxValue);
        _host.AddComponent(
            id,
            ComponentSource.FromText(WasiWat.Component),
            new()
            {
                SendsTo = ["*"],
                Wasi = options ?? new(),
                Limits = new() { MessageTimeout = budget ?? TimeSpan.FromSeconds(10) },
                Restart = new() { Max = 1000 },
            }
        );
        _client = _host.AddEndpoint(
            "client",
            message => _answer = message.Bytes.ToArray(),
            new() { MaxMessageBytes = 1 << 20 }
        );
        Id = id;
    }

    public string Id { get; }

    public FakeTimeProvider Time { get; } = new();

    /// <summary>The lines that it wrote, each as <c>out</c> or <c>err</c>, a colon, and the text.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>Calls a function, which must return.</summary>
    /// <param name="function">The end of its interface and name.</param>
    /// <param name="arguments">Its core arguments.</param>
    /// <returns>Its core result; 0 where it has none.</returns>
    public long Call(string function, params long[] arguments) => Call([], function, arguments);

    /// <summary>As the other, with data at <see cref="WasiWat.Data"/>.</summary>
    public long Call(ReadOnlySpan<byte> data, string function, params long[] arguments)
    {
        DeadLetter? letter = Run(data, 0, function, arguments);
        Assert.True(letter is null, letter?.Reason);
        return BinaryPrimitives.ReadInt64LittleEndian(_answer);
    }

    /// <summary>Calls a function, which must not return.</summary>
    /// <returns>What became of the message.</returns>
    public DeadLetter Fail(string function, params long[] arguments) => Fail(0, function, arguments);

    /// <summary>As the other, with an answer for realloc.</summary>
    public DeadLetter Fail(uint realloc, string function, params long[] arguments) =>
        Run([], realloc, function, arguments) ?? throw new InvalidOperationException($"{function} returned.");

    /// <summary>The guest's memory at an address, as it was after the last call.</summary>
    public ReadOnlySpan<byte> Memory(int address, int length) => _answer.AsSpan(8 + address - WasiWat.Answer, length);

    /// <summary>Pointer and length of the list that was answered.</summary>
    public (int Pointer, int Count) List(int address = WasiWat.Answer) =>
        (
            BinaryPrimitives.ReadInt32LittleEndian(Memory(address, 4)),
            BinaryPrimitives.ReadInt32LittleEndian(Memory(address + 4, 4))
        );

    public void Write(string component, bool isError, ReadOnlySpan<byte> line)
    {
        string from = component == Id ? "" : $"{component}, ";
        Lines.Add($"{from}{(isError ? "err" : "out")}:{new UTF8Encoding(false, true).GetString(line)}");
    }

    public async ValueTask DisposeAsync()
    {
        _events.Dispose();
        await _host.DisposeAsync();
    }

    private DeadLetter? Run(ReadOnlySpan<byte> data, uint realloc, string function, long[] arguments)
    {
        int index = WasiFunction.IndexOf(function);
        Assert.Equal(WasiFunction.All[index].Parameters.Length, arguments.Length);
        byte[] message = new byte[WasiWat.HeaderBytes + data.Length];
        BinaryPrimitives.WriteInt32LittleEndian(message, index);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(4), realloc);
        for (int i = 0; i < arguments.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(message.AsSpan(8 + (i * 8)), arguments[i]);
        }

        data.CopyTo(message.AsSpan(WasiWat.HeaderBytes));
        _answer = null;
        Assert.Equal(SendStatus.Accepted, _client.Send(Id, message));
        _host.Pump();
        while (_events.TryRead(out HostEvent? happened))
        {
            if (happened is DeadLetter letter)
            {
                return letter;
            }
        }

        Assert.NotNull(_answer);
        return null;
    }
}
