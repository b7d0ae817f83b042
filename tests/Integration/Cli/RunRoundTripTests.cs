using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsCheck;
using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary><c>faf run</c> as a pipe: what goes in as a line comes out as a line, however it was written.</summary>
public sealed class RunRoundTripTests : IDisposable
{
    private const int Messages = 2000;

    private static readonly Gen<string> AnyText = Gen.OneOf(
            Gen.Char['\0', '~'],
            Gen.Char["\"\\/\b\f\n\r\t\u0085\u2028\u00E4\u20AC\uFFFD"],
            Gen.Char['\u0100', '\uD7FF']
        )
        .Array[0, 40]
        .Select(chars => new string(chars));

    private static readonly Gen<(string Property, object Value, byte[] Bytes)> AnyContent = Gen.OneOf(
        AnyText.Select(text => ("text", (object)text, Encoding.UTF8.GetBytes(text))),
        Gen.Byte.Array[0, 60].Select(bytes => ("base64", (object)Convert.ToBase64String(bytes), bytes)),
        Gen.Int[0, 600]
            .Select(size => ("size", (object)size, Enumerable.Range(0, size).Select(i => (byte)(i % 251)).ToArray()))
    );

    // With everything but ASCII escaped, and with nothing escaped that need not be.
    private static readonly JsonSerializerOptions[] Encodings =
    [
        new(),
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping },
    ];

    private readonly FafProgram _faf = new();

    public void Dispose() => _faf.Dispose();

    [Fact]
    public void Run_AnyMessages_ComeOutAsTheyWentIn() =>
        Gen.Select(AnyContent, Gen.Int[0, 1], Gen.OneOf("client", "audit"), Gen.Bool)
            .Array[Messages]
            .Sample(
                messages =>
                {
                    StringBuilder lines = new();
                    foreach (
                        ((string property, object value, _), int encoding, string from, bool toComesFirst) in messages
                    )
                    {
                        (string, object)[] properties = [("from", from), ("to", "audit"), (property, value)];
                        lines.AppendLine(
                            JsonSerializer.Serialize(
                                (toComesFirst ? properties.Reverse() : properties).ToDictionary(
                                    p => p.Item1,
                                    p => p.Item2
                                ),
                                Encodings[encoding]
                            )
                        );
                    }

                    FafResult result = _faf.Run(lines.ToString(), "run", "topology.json");

                    result.AssertDone();
                    Assert.Equal(
                        messages.Select(m => (m.Item3, Convert.ToHexString(m.Item1.Bytes))),
                        result.Lines.SkipLast(1).Select(Delivered)
                    );
                },
                iter: 1
            );

    private static (string Sender, string Hex) Delivered(string line)
    {
        using var json = JsonDocument.Parse(line);
        Assert.Equal("delivered", json.RootElement.GetProperty("event").GetString());
        Assert.Equal("audit", json.RootElement.GetProperty("to").GetString());
        return (
            json.RootElement.GetProperty("from").GetString()!,
            Convert.ToHexString(json.RootElement.GetProperty("base64").GetBytesFromBase64())
        );
    }
}
