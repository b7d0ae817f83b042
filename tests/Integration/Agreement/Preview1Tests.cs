using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using FireAndForget.Guests.Decoding;
using Wasmtime;
using Xunit;

namespace FireAndForget.Tests.Agreement;

/// <summary>
/// WASI preview 1 answers what Wasmtime's own answers: errors, traps, and each byte in memory. Times and random bytes are no one's to
/// compare, and of a clock's event neither is what WASI says is to be ignored.
/// </summary>
public class Preview1Tests
{
    private const int Calls = 100;

    private static readonly string[] Arguments = ["guest", "", "größer"];

    private static readonly (string Name, string Value)[] Environment = [("HOME", "/none"), ("EMPTY", "")];

    public static TheoryData<string> Functions => [.. Preview1Calls.Functions];

    [Fact]
    public void Functions_AreThoseThatAreOffered() =>
        Assert.Equal(
            CoreImports.Of(CoreImports.Preview1)!.Keys.Order(StringComparer.Ordinal),
            Preview1Calls.Functions.Order(StringComparer.Ordinal)
        );

    /// <summary>Whatever it is given, hostile pointers and overlaps too, after others that may have closed a descriptor.</summary>
    [Theory]
    [MemberData(nameof(Functions))]
    public void Call_AnyArguments_AnswersAsWasmtime(string function)
    {
        Random random = new(Preview1Calls.Functions.ToList().IndexOf(function));
        using Ours ours = new();
        using Theirs theirs = new();
        for (int i = 0; i < Calls; i++)
        {
            string called = random.Next(20) switch
            {
                0 => "fd_close",
                1 => "fd_renumber",
                _ => function,
            };
            byte[] data = called == "poll_oneoff" ? Subscriptions(random) : Vectors(random);
            long[] arguments = [.. Preview1Calls.ArgumentsOf(called).Select(kind => Argument(kind, called, random))];
            byte[] message = Preview1Calls.Message(called, arguments, data);

            string got = ours.Call(message, called);
            string expected = theirs.Call(message, called);
            Assert.Equal($"{Told(called, arguments)}: {expected}", $"{Told(called, arguments)}: {got}");
        }
    }

    /// <summary>A timer that has not run out is not told.</summary>
    [Fact]
    public void Poll_AStreamAndALongTimer_TellsOfTheStream()
    {
        byte[] data = new byte[96];
        BinaryPrimitives.WriteInt64LittleEndian(data, 7);
        BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan(16), 1);
        BinaryPrimitives.WriteInt64LittleEndian(data.AsSpan(24), long.MaxValue);
        BinaryPrimitives.WriteInt64LittleEndian(data.AsSpan(48), 8);
        data[56] = 2;
        data[64] = 1;
        byte[] message = Preview1Calls.Message("poll_oneoff", [4096, 5000, 2, 6000], data);
        using Ours ours = new();
        using Theirs theirs = new();

        string got = ours.Call(message, "poll_oneoff");

        Assert.Equal(theirs.Call(message, "poll_oneoff"), got);
        Assert.StartsWith("answered 00000000", got, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Lines_ComeOutAsWasmtimeWritesThem()
    {
        using Ours ours = new();
        using Theirs theirs = new();
        foreach ((int descriptor, string text) in new[] { (1, "one\ntw"), (2, "err\n"), (1, "o\n\nthree\n") })
        {
            byte[] data = [.. Number(Preview1Calls.Data + 8), .. Number(text.Length), .. Encoding.UTF8.GetBytes(text)];
            byte[] message = Preview1Calls.Message("fd_write", [descriptor, Preview1Calls.Data, 1, 6000], data);

            Assert.Equal(theirs.Call(message, "fd_write"), ours.Call(message, "fd_write"));
        }

        Assert.Equal("one\ntwo\n\nthree\n", theirs.Output);
        Assert.Equal(theirs.Output, ours.Output);
        Assert.Equal("err\n", theirs.Error);
        Assert.Equal(theirs.Error, ours.Error);
    }

    private static long Argument(char kind, string function, Random random) =>
        kind switch
        {
            'd' => Pick(random, 0, 1, 1, 2, 2, 3, -1),
            'p' => random.Next(3) != 0
                ? Preview1Calls.Data + (48 * random.Next(70))
                : Pick(
                    random,
                    Preview1Calls.Data + 1,
                    Preview1Calls.Data + 2,
                    Preview1Calls.Data + 4,
                    Preview1Calls.MemoryEnd - 24,
                    Preview1Calls.MemoryEnd - 8,
                    Preview1Calls.MemoryEnd - 4,
                    Preview1Calls.MemoryEnd - 1,
                    Preview1Calls.MemoryEnd,
                    int.MaxValue,
                    -8,
                    -4,
                    -1
                ),
            'n' when function == "poll_oneoff" => Pick(random, 0, 1, 1, 2, 2, 3, 17, int.MaxValue, -1),
            'n' when function == "random_get" => Pick(random, 0, 1, 8, 100, Preview1Calls.MemoryEnd),
            'n' => Pick(random, 0, 1, 1, 2, 2, 3, 17, 4096, Preview1Calls.MemoryEnd, 200_000, int.MaxValue, -1),
            'e' => Pick(random, 0, 0, 1, 1, 2, 3, 4, 5, 6, 15, 16, 30, 31, 32, 125, 126, 255, 256, 65535, 65536, -1),
            _ => Pick(random, 0, 0, 1, 1, 2, -1, (1 << 30) - 1, 1 << 30, long.MaxValue, long.MinValue),
        };

    private static long Pick(Random random, params ReadOnlySpan<long> values) => values[random.Next(values.Length)];

    /// <summary>Buffers, many of them empty, some where none may be; as a text, some are no UTF-8.</summary>
    private static byte[] Vectors(Random random)
    {
        List<byte> data = [];
        for (int i = 0; i < 60; i++)
        {
            data.AddRange(Number((int)Argument('p', "", random)));
            data.AddRange(Number((int)Pick(random, 0, 0, 0, 1, 5, 70, 300, Preview1Calls.MemoryEnd, -1)));
        }

        return [.. data];
    }

    /// <summary>
    /// Subscriptions that are over at once, wherever one begins to read them. None is a relative timer of more than 0, for which
    /// Wasmtime's clock may take a while longer than for others.
    /// </summary>
    private static byte[] Subscriptions(Random random)
    {
        byte[] data = new byte[48 * 20];
        for (int at = 0; at < data.Length; at += 48)
        {
            data[at] = (byte)random.Next(3);
            data[at + 8] = (byte)Pick(random, 0, 0, 1, 1, 2, 2, 3);
            data[at + 16] = (byte)Pick(random, 0, 0, 1, 1, 2, 4);
            data[at + 40] = (byte)Pick(random, 0, 0, 0, 1, 1, 2);
            data[at + 24] = data[at + 40] == 1 ? (byte)random.Next(3) : (byte)0;
        }

        return data;
    }

    private static byte[] Number(int number) => BitConverter.GetBytes(number);

    private static string Told(string function, long[] arguments) =>
        $"{function}({string.Join(", ", arguments.Select(a => a.ToString(CultureInfo.InvariantCulture)))})";

    /// <summary>What came of a call, without what cannot be compared.</summary>
    private static string Answered(string function, ReadOnlySpan<byte> memory)
    {
        byte[] compared = [.. memory];
        if (function is "clock_time_get" or "clock_res_get" or "random_get")
        {
            compared = compared[..4];
        }

        return $"answered {Convert.ToHexString(compared)}";
    }

    /// <summary>This library's.</summary>
    private sealed class Ours : IGuestOutput, IDisposable
    {
        private readonly StringBuilder _output = new();
        private readonly StringBuilder _error = new();
        private readonly MessagingHost _host;
        private readonly MessagingEndpoint _client;
        private byte[]? _sent;

        public Ours()
        {
            _host = new(new() { Workers = 0, GuestOutput = this });
            WasiOptions wasi = new()
            {
                Arguments = Preview1Tests.Arguments,
                Environment = Preview1Tests.Environment.ToDictionary(v => v.Name, v => v.Value),
            };
            _host.AddComponent(
                "guest",
                ComponentSource.FromText(Preview1Calls.Module()),
                new()
                {
                    SendsTo = ["client"],
                    Wasi = wasi,
                    Limits = new() { MessageTimeout = TimeSpan.Zero },
                    Restart = new() { Max = int.MaxValue },
                }
            );
            _client = _host.AddEndpoint("client", message => _sent = message.Bytes.ToArray());
        }

        public string Output => _output.ToString();

        public string Error => _error.ToString();

        public string Call(byte[] message, string function)
        {
            _sent = null;
            Assert.Equal(SendStatus.Accepted, _client.Send("guest", message));
            _host.Pump();
            return _sent is null ? "trapped" : Answered(function, _sent);
        }

        public void Write(string component, bool isError, ReadOnlySpan<byte> line) =>
            (isError ? _error : _output).Append(Encoding.UTF8.GetString(line)).Append('\n');

        public void Dispose() => _host.Dispose();
    }

    /// <summary>Wasmtime's.</summary>
    private sealed class Theirs : IDisposable
    {
        private readonly Engine _engine = new();
        private readonly Linker _linker;
        private readonly Module _module;
        private readonly StringBuilder _output = new();
        private readonly StringBuilder _error = new();
        private Store? _store;
        private Instance? _instance;
        private byte[]? _sent;

        public Theirs()
        {
            _module = Module.FromText(_engine, "guest", Preview1Calls.Module());
            _linker = new(_engine);
            _linker.DefineWasi();
            _linker.DefineFunction(
                "host-messaging",
                "send",
                (Caller caller, int _, int _, int at, int length) =>
                {
                    _sent = caller.GetMemory("memory")!.GetSpan(at, length).ToArray();
                    return 0;
                }
            );
        }

        public string Output => _output.ToString();

        public string Error => _error.ToString();

        public string Call(byte[] message, string function)
        {
            _sent = null;
            _instance ??= Instantiate();
            int at = _instance
                .GetFunction("cabi_realloc")!
                .WrapFunc<int, int, int, int, int>()!(0, 0, 1, message.Length);
            message.CopyTo(_instance.GetMemory("memory")!.GetSpan(at, message.Length));
            try
            {
                _instance.GetFunction("handle-message")!.WrapFunc<int, int, int, int, int>()!(0, 0, at, message.Length);
            }
            catch (WasmtimeException)
            {
                _instance = null;
            }

            return _sent is null ? "trapped" : Answered(function, _sent);
        }

        public void Dispose()
        {
            _store?.Dispose();
            _linker.Dispose();
            _module.Dispose();
            _engine.Dispose();
        }

        private Instance Instantiate()
        {
            _store?.Dispose();
            _store = new(_engine);
            _store.SetWasiConfiguration(
                new WasiConfiguration()
                    .WithArgs(Arguments)
                    .WithEnvironmentVariables(Environment)
                    .WithStandardOutputCallback(bytes => Keep(_output, bytes))
                    .WithStandardErrorCallback(bytes => Keep(_error, bytes))
            );
            return _linker.Instantiate(_store, _module);
        }

        private static int Keep(StringBuilder kept, ReadOnlySpan<byte> bytes)
        {
            kept.Append(Encoding.UTF8.GetString(bytes));
            return bytes.Length;
        }
    }
}
