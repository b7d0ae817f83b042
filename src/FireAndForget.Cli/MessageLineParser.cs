using System.Numerics;
using System.Text.Json;
using FireAndForget.Topologies;

namespace FireAndForget.Cli;

/// <summary>
/// Reads message lines: sender, target, the message as text, base64 or size, and how often to send it. It refuses every property
/// that it does not know. The buffers of one line are used again for the next.
/// </summary>
internal sealed class MessageLineParser(IReadOnlyDictionary<string, MessagingEndpoint> endpoints)
{
    /// <summary>The largest message that any receiver can be made to accept.</summary>
    private const int MaxSize = 1 << 30;

    /// <summary>The timeout in milliseconds of a request that gives none.</summary>
    private const long DefaultTimeout = 10_000;

    /// <summary>The longest delay in milliseconds: a year.</summary>
    private const long MaxDelay = 365L * 24 * 60 * 60 * 1000;

    /// <summary>Byte i of a message that is given by its size is i mod this.</summary>
    private const int PatternLength = 251;

    private byte[] _text = [];
    private byte[] _pattern = [];

    /// <summary>Reads a line.</summary>
    /// <exception cref="MessageLineException">It is not as it should be.</exception>
    public MessageLine Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return ParseObject(line);
        }
        catch (JsonException e)
        {
            throw new MessageLineException(JsonProblem.Of(e));
        }
        catch (InvalidOperationException)
        {
            throw new MessageLineException("the text is not valid Unicode; write the line in UTF-8");
        }
    }

    private MessageLine ParseObject(ReadOnlySpan<byte> line)
    {
        MessagingEndpoint? from = null;
        string? to = null;
        string? content = null;
        ReadOnlyMemory<byte> bytes = default;
        long? repeat = null;
        bool? isRequest = null;
        long? timeout = null;
        string? topic = null;
        long? delay = null;
        Utf8JsonReader json = new(line);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            throw new MessageLineException(
                "a message is an object such as {\"from\":\"a\",\"to\":\"b\",\"text\":\"hello\"}"
            );
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = json.GetString()!;
            json.Read();
            switch (name)
            {
                case "from" when from is null:
                    from = FindEndpoint(ReadString(ref json, name));
                    break;
                case "to" when to is null:
                    to = ReadString(ref json, name);
                    break;
                case "topic" when topic is null:
                    topic = ReadString(ref json, name);
                    break;
                case "delay-ms" when delay is null:
                    delay = ReadWhole(ref json, name, MaxDelay);
                    break;
                case "repeat" when repeat is null:
                    repeat = ReadWhole(ref json, name, long.MaxValue);
                    break;
                case "request" when isRequest is null:
                    isRequest = ReadFlag(json, name);
                    break;
                case "timeout-ms" when timeout is null:
                    timeout = ReadWhole(ref json, name, uint.MaxValue);
                    break;
                case "text" or "base64" or "size" when content is null:
                    content = name;
                    bytes = ReadContent(ref json, name);
                    break;
                case "text" or "base64" or "size" when content != name:
                    throw new MessageLineException($"\"{content}\" and \"{name}\" are both there; keep one of them");
                case "from" or "to" or "topic" or "delay-ms" or "repeat" or "text" or "base64" or "size":
                case "request" or "timeout-ms":
                    throw new MessageLineException($"\"{name}\" stands twice; take one of them out");
                default:
                    throw new MessageLineException(
                        $"\"{name}\" is no property of a message, which has from, to or topic, one of text, base64 and size, repeat, and "
                            + "delay-ms or request with timeout-ms"
                    );
            }
        }

        // This read throws where anything stands behind the object.
        json.Read();
        if (timeout is not null && isRequest is not true)
        {
            throw new MessageLineException("\"timeout-ms\" stands beside \"request\": true; add that, or take it out");
        }

        CheckTogether(to, topic, delay, isRequest is true);
        return new(
            from ?? throw new MessageLineException("\"from\" is missing: the endpoint that sends"),
            to ?? topic ?? throw new MessageLineException("\"to\" is missing: the target's id"),
            content is not null
                ? bytes
                : throw new MessageLineException("the message itself is missing: \"text\", \"base64\" or \"size\""),
            repeat ?? 1
        )
        {
            IsTopic = topic is not null,
            Delay = delay is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null,
            RequestTimeout = isRequest is true
                ? TimeSpan.FromMilliseconds(timeout is null or 0 ? DefaultTimeout : timeout.Value)
                : null,
        };
    }

    /// <summary>Refuses properties that exclude each other.</summary>
    private static void CheckTogether(string? to, string? topic, long? delay, bool isRequest)
    {
        (string One, string Other)? both =
            topic is not null && to is not null ? ("topic", "to")
            : topic is not null && delay is not null ? ("topic", "delay-ms")
            : topic is not null && isRequest ? ("topic", "request")
            : delay is not null && isRequest ? ("delay-ms", "request")
            : null;
        if (both is { } found)
        {
            throw new MessageLineException($"\"{found.One}\" and \"{found.Other}\" are both there; keep one of them");
        }
    }

    private MessagingEndpoint FindEndpoint(string id) =>
        endpoints.TryGetValue(id, out MessagingEndpoint? endpoint)
            ? endpoint
            : throw new MessageLineException(
                $"\"from\" is '{id}', which is none of the topology's endpoints ({string.Join(", ", endpoints.Keys)})"
            );

    private ReadOnlyMemory<byte> ReadContent(ref Utf8JsonReader json, string name)
    {
        if (name == "size")
        {
            return Pattern((int)ReadWhole(ref json, name, MaxSize));
        }

        CheckType(json, name, JsonTokenType.String, "a string");
        if (name == "base64")
        {
            return json.TryGetBytesFromBase64(out byte[]? bytes)
                ? bytes
                : throw new MessageLineException("\"base64\" is not base64; letters, digits, + and /, padded with =");
        }

        if (_text.Length < json.ValueSpan.Length)
        {
            _text = new byte[json.ValueSpan.Length];
        }

        return _text.AsMemory(0, json.CopyString(_text));
    }

    private ReadOnlyMemory<byte> Pattern(int size)
    {
        if (_pattern.Length < size)
        {
            // The size is rounded up, so that sizes which grow line by line do not each take new memory.
            _pattern = new byte[BitOperations.RoundUpToPowerOf2((uint)size)];
            for (int i = 0; i < _pattern.Length; i++)
            {
                _pattern[i] = (byte)(i % PatternLength);
            }
        }

        return _pattern.AsMemory(0, size);
    }

    private static string ReadString(ref Utf8JsonReader json, string name)
    {
        CheckType(json, name, JsonTokenType.String, "a string");
        return json.GetString()!;
    }

    private static long ReadWhole(ref Utf8JsonReader json, string name, long most)
    {
        CheckType(json, name, JsonTokenType.Number, "a number");
        return json.TryGetDecimal(out decimal value) && value == decimal.Truncate(value) && value >= 0 && value <= most
            ? (long)value
            : throw new MessageLineException($"\"{name}\" is a whole number from 0 to {most}");
    }

    private static bool ReadFlag(in Utf8JsonReader json, string name) =>
        json.TokenType is JsonTokenType.True or JsonTokenType.False
            ? json.TokenType == JsonTokenType.True
            : throw new MessageLineException($"\"{name}\" is true or false");

    private static void CheckType(in Utf8JsonReader json, string name, JsonTokenType type, string expected)
    {
        if (json.TokenType != type)
        {
            throw new MessageLineException($"\"{name}\" is {expected}");
        }
    }
}
