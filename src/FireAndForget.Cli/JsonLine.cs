using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FireAndForget.Wording;

namespace FireAndForget.Cli;

/// <summary>
/// Writes JSON lines, for all commands. Only those characters are escaped that JSON demands, because people read the lines too, and
/// those that are not plain text, because terminals obey them.
/// </summary>
internal static class JsonLine
{
    /// <summary>How a line is written before <see cref="Append"/> makes it plain.</summary>
    public static JsonWriterOptions Format { get; } =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes an object in a line to standard output.</summary>
    /// <param name="writeProperties">Writes its properties.</param>
    public static void Write(Action<Utf8JsonWriter> writeProperties)
    {
        ArrayBufferWriter<byte> line = new();
        using (Utf8JsonWriter json = new(line, Format))
        {
            json.WriteStartObject();
            writeProperties(json);
            json.WriteEndObject();
        }

        ArrayBufferWriter<byte> plain = new(line.WrittenCount);
        Append(line.WrittenSpan, plain);
        Console.Out.WriteLine(Encoding.UTF8.GetString(plain.WrittenSpan));
    }

    /// <summary>Appends JSON, in which each character of a string that is not plain is escaped.</summary>
    /// <param name="json">Valid JSON. It has characters beyond ASCII in strings only.</param>
    /// <param name="output">Where to.</param>
    public static void Append(ReadOnlySpan<byte> json, IBufferWriter<byte> output)
    {
        while (!json.IsEmpty)
        {
            int special = json.IndexOfAnyExceptInRange((byte)' ', (byte)'~');
            int run = special < 0 ? json.Length : special;
            output.Write(json[..run]);
            json = json[run..];
            if (!json.IsEmpty)
            {
                Rune.DecodeFromUtf8(json, out Rune rune, out int length);
                AppendRune(rune, output);
                json = json[length..];
            }
        }
    }

    /// <summary>Appends text as a JSON string.</summary>
    /// <param name="text">The text in UTF-8.</param>
    /// <param name="output">Where to.</param>
    public static void AppendString(ReadOnlySpan<byte> text, IBufferWriter<byte> output)
    {
        output.Write("\""u8);
        while (!text.IsEmpty)
        {
            int quoted = text.IndexOfAny((byte)'"', (byte)'\\');
            int run = quoted < 0 ? text.Length : quoted;
            Append(text[..run], output);
            text = text[run..];
            if (!text.IsEmpty)
            {
                output.Write("\\"u8);
                output.Write(text[..1]);
                text = text[1..];
            }
        }

        output.Write("\""u8);
    }

    private static void AppendRune(Rune rune, IBufferWriter<byte> output)
    {
        if (PlainText.IsPlain(rune))
        {
            output.Advance(rune.EncodeToUtf8(output.GetSpan(4)));
            return;
        }

        Span<char> units = stackalloc char[2];
        int count = rune.EncodeToUtf16(units);
        foreach (char unit in units[..count])
        {
            Span<byte> escape = output.GetSpan(6);
            "\\u"u8.CopyTo(escape);
            Convert.TryToHexStringLower([(byte)(unit >> 8), (byte)unit], escape[2..], out _);
            output.Advance(6);
        }
    }
}
