using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace FireAndForget.Cli;

/// <summary>Writes what happens in a host as JSON lines, in the form and with the property order that users' scripts know.</summary>
internal sealed class EventLines : IDisposable
{
    /// <summary>Bytes that are encoded at a time: a multiple of three, so that no padding comes in between.</summary>
    private const int Base64Run = 3 << 14;

    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly Utf8JsonWriter _json;

    private readonly LineOutput _output;

    public EventLines(LineOutput output)
    {
        _output = output;
        _json = new(_line, Format);
    }

    /// <summary>How JSON is written: nothing escaped but what JSON demands, because people read it too.</summary>
    public static JsonWriterOptions Format { get; } =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>A message reached an endpoint. Any thread may call it.</summary>
    public void WriteDelivered(string to, ReceivedMessage message) =>
        _output.Write(
            new DeliveredMessage(to, message),
            static (delivered, line) =>
            {
                // Ids and base64 hold nothing that JSON escapes.
                line.Write("{\"event\":\"delivered\",\"to\":\""u8);
                Encoding.ASCII.GetBytes(delivered.To, line);
                line.Write("\",\"from\":\""u8);
                Encoding.ASCII.GetBytes(delivered.Message.Sender, line);
                line.Write("\",\"base64\":\""u8);
                WriteBase64(delivered.Message.Bytes, line);
                line.Write("\"}\n"u8);
            }
        );

    /// <summary>Something else happened. Only one thread at a time may call it.</summary>
    public void Write(HostEvent happened)
    {
        switch (happened)
        {
            case SendRefused refused:
                Write(
                    [
                        ("event", "refused"),
                        ("from", refused.From),
                        ("to", refused.To),
                        ("reason", ReasonOf(refused.Status)),
                    ],
                    refused.Why.Length == 0 ? null : refused.Why
                );
                break;
            case DeadLetter letter:
                Write(
                    [
                        ("event", "dead-letter"),
                        ("from", letter.From),
                        ("to", letter.To),
                        ("outcome", NameOf(letter.Outcome)),
                    ],
                    letter.Why
                );
                break;
            case ComponentRestarted restarted:
                Write([("event", "restarted"), ("component", restarted.Component)], restarted.Why);
                break;
            case ComponentStopped stopped:
                Write([("event", "stopped"), ("component", stopped.Component)], stopped.Why);
                break;
            default:
                break;
        }
    }

    /// <summary>The last line: what became of all sends.</summary>
    public void WriteSummary(HostStatistics statistics)
    {
        Begin();
        _json.WriteString("event", "summary");
        _json.WriteNumber("sent", statistics.Sent);
        _json.WriteNumber("accepted", statistics.Accepted);
        _json.WriteNumber("refused", statistics.Refused);
        _json.WriteNumber(NameOf(Outcome.Handled), statistics.Handled);
        _json.WriteNumber(NameOf(Outcome.Rejected), statistics.Rejected);
        _json.WriteNumber(NameOf(Outcome.Trapped), statistics.Trapped);
        _json.WriteNumber(NameOf(Outcome.TimedOut), statistics.TimedOut);
        _json.WriteNumber(NameOf(Outcome.Evicted), statistics.Evicted);
        _json.WriteNumber(NameOf(Outcome.Undeliverable), statistics.Undeliverable);
        _json.WriteNumber("queued", statistics.Queued);
        _json.WriteNumber("in-flight", statistics.InFlight);
        End();
    }

    public void Dispose() => _json.Dispose();

    private void Write(ReadOnlySpan<(string Name, string Value)> properties, string? why)
    {
        Begin();
        foreach ((string name, string value) in properties)
        {
            _json.WriteString(name, value);
        }

        if (why is not null)
        {
            _json.WriteString("why", why);
        }

        End();
    }

    private void Begin()
    {
        _line.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
    }

    private void End()
    {
        _json.WriteEndObject();
        _json.Flush();
        _line.Write("\n"u8);
        _output.Write(_line.WrittenSpan);
    }

    private static void WriteBase64(ReadOnlySpan<byte> bytes, PipeWriter line)
    {
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> run = bytes[..Math.Min(bytes.Length, Base64Run)];
            Base64.EncodeToUtf8(
                run,
                line.GetSpan(Base64.GetMaxEncodedToUtf8Length(run.Length)),
                out _,
                out int written
            );
            line.Advance(written);
            bytes = bytes[run.Length..];
        }
    }

    private static string NameOf(Outcome outcome) =>
        outcome switch
        {
            Outcome.Handled => "handled",
            Outcome.Rejected => "rejected",
            Outcome.Trapped => "trapped",
            Outcome.TimedOut => "timed-out",
            Outcome.Evicted => "evicted",
            _ => "undeliverable",
        };

    private static string ReasonOf(SendStatus status) =>
        status switch
        {
            SendStatus.InvalidMessage => "invalid-message",
            SendStatus.TargetNotFound => "target-not-found",
            SendStatus.CapabilityDenied => "capability-denied",
            SendStatus.UnsupportedCodec => "unsupported-codec",
            SendStatus.PayloadTooLarge => "payload-too-large",
            SendStatus.QueueFull => "queue-full",
            SendStatus.RateLimited => "rate-limited",
            _ => "closed",
        };

    private readonly ref struct DeliveredMessage(string to, ReceivedMessage message)
    {
        public string To { get; } = to;

        public ReceivedMessage Message { get; } = message;
    }
}
