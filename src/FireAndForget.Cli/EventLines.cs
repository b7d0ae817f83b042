using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace FireAndForget.Cli;

/// <summary>Writes what happens in a host as JSON lines, in the form and with the property order that users' scripts know.</summary>
internal sealed class EventLines : IDisposable
{
    /// <summary>Bytes that are encoded at a time: a multiple of three, so that no padding comes in between.</summary>
    private const int Base64Run = 3 << 14;

    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly Utf8JsonWriter _json;

    private readonly LineOutput _output;
    private readonly bool _withText;

    /// <summary>Creates a writer of lines for an output.</summary>
    /// <param name="output">The output.</param>
    /// <param name="withText">Whether a message in UTF-8 is written as text, too.</param>
    public EventLines(LineOutput output, bool withText)
    {
        _output = output;
        _withText = withText;
        _json = new(_line, JsonLine.Format);
    }

    /// <summary>Writes that a message reached an endpoint. Any thread may call it; it waits where the output is not read.</summary>
    public void WriteDelivered(string to, ReceivedMessage message) =>
        _output.Write(
            new DeliveredMessage(to, message, _withText && Utf8.IsValid(message.Bytes)),
            static (delivered, line) =>
            {
                // Ids and base64 hold nothing that JSON escapes.
                line.Write("{\"event\":\"delivered\",\"to\":\""u8);
                Encoding.ASCII.GetBytes(delivered.Target, line);
                line.Write("\",\"from\":\""u8);
                Encoding.ASCII.GetBytes(delivered.Message.Sender, line);
                if (delivered.Message.Topic is { } topic)
                {
                    line.Write("\",\"topic\":\""u8);
                    Encoding.ASCII.GetBytes(topic, line);
                }

                line.Write("\",\"base64\":\""u8);
                WriteBase64(delivered.Message.Bytes, line);
                line.Write("\""u8);
                if (delivered.IsText)
                {
                    line.Write(",\"text\":"u8);
                    JsonLine.AppendString(delivered.Message.Bytes, line);
                }

                line.Write("}\n"u8);
            }
        );

    /// <summary>
    /// Writes the reply to a request of an endpoint. Any thread may call it; it waits where the output is not read.
    /// </summary>
    public void WriteReply(string from, string to, Reply reply) =>
        _output.Write(
            new GivenReply(from, to, reply, _withText && reply.IsHandled && Utf8.IsValid(reply.Bytes.Span)),
            static (given, line) =>
            {
                // Ids, outcomes and base64 hold nothing that JSON escapes.
                line.Write("{\"event\":\"reply\",\"from\":\""u8);
                Encoding.ASCII.GetBytes(given.From, line);
                line.Write("\",\"to\":\""u8);
                Encoding.ASCII.GetBytes(given.To, line);
                line.Write("\",\"outcome\":\""u8);
                Encoding.ASCII.GetBytes(EventWords.Of(given.Reply.Outcome), line);
                if (!given.Reply.IsHandled)
                {
                    line.Write("\",\"why\":"u8);
                    JsonLine.AppendString(Encoding.UTF8.GetBytes(given.Reply.Reason), line);
                    line.Write("}\n"u8);
                    return;
                }

                line.Write("\",\"base64\":\""u8);
                WriteBase64(given.Reply.Bytes.Span, line);
                line.Write("\""u8);
                if (given.IsText)
                {
                    line.Write(",\"text\":"u8);
                    JsonLine.AppendString(given.Reply.Bytes.Span, line);
                }

                line.Write("}\n"u8);
            }
        );

    /// <summary>Writes any other event. Only one thread at a time may call it.</summary>
    public void Write(HostEvent happened)
    {
        switch (happened)
        {
            case SendRefused refused:
                Write(
                    [
                        ("event", "refused"),
                        ("from", refused.Sender),
                        ("to", refused.Target),
                        ("reason", EventWords.Of(refused.Status)),
                    ],
                    refused.Reason.Length == 0 ? null : refused.Reason,
                    refused.Repeat
                );
                break;
            case DeadLetter letter:
                Write(
                    [
                        ("event", "dead-letter"),
                        ("from", letter.Sender),
                        ("to", letter.Target),
                        ("outcome", EventWords.Of(letter.Outcome)),
                    ],
                    letter.Reason
                );
                break;
            case ComponentRestarted restarted:
                Write([("event", "restarted"), ("component", restarted.Component)], restarted.Reason);
                break;
            case ComponentStopped stopped:
                Write([("event", "stopped"), ("component", stopped.Component)], stopped.Reason);
                break;
            default:
                break;
        }
    }

    /// <summary>Writes the last line, the summary of all sends.</summary>
    public void WriteSummary(HostStatistics statistics)
    {
        Begin();
        _json.WriteString("event", "summary");
        _json.WriteNumber("sent", statistics.Sent);
        _json.WriteNumber("accepted", statistics.Accepted);
        _json.WriteNumber("refused", statistics.Refused);
        _json.WriteNumber(EventWords.Of(Outcome.Handled), statistics.Handled);
        _json.WriteNumber(EventWords.Of(Outcome.Rejected), statistics.Rejected);
        _json.WriteNumber(EventWords.Of(Outcome.Trapped), statistics.Trapped);
        _json.WriteNumber(EventWords.Of(Outcome.TimedOut), statistics.TimedOut);
        _json.WriteNumber(EventWords.Of(Outcome.Evicted), statistics.Evicted);
        _json.WriteNumber(EventWords.Of(Outcome.Undeliverable), statistics.Undeliverable);
        _json.WriteNumber(EventWords.Of(Outcome.Lost), statistics.Lost);
        _json.WriteNumber("queued", statistics.Queued);
        _json.WriteNumber("in-flight", statistics.InFlight);
        _json.WriteNumber("requests", statistics.Requests);
        _json.WriteNumber("late-replies", statistics.LateReplies);
        _json.WriteNumber("scheduled", statistics.Scheduled);
        End();
    }

    public void Dispose() => _json.Dispose();

    private void Write(ReadOnlySpan<(string Name, string Value)> properties, string? why, long repeat = 1)
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

        if (repeat != 1)
        {
            _json.WriteNumber("repeat", repeat);
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
        _output.Write(
            _line.WrittenSpan,
            static (json, line) =>
            {
                JsonLine.Append(json, line);
                line.Write("\n"u8);
            }
        );
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

    private readonly record struct GivenReply(string From, string To, Reply Reply, bool IsText);

    private readonly ref struct DeliveredMessage(string to, ReceivedMessage message, bool isText)
    {
        public string Target { get; } = to;

        public ReceivedMessage Message { get; } = message;

        public bool IsText { get; } = isText;
    }
}
