using System.Buffers;
using System.Text;
using System.Text.Json;
using CsCheck;
using FireAndForget.Cli;
using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary>JSON that says exactly what it was given, and that a terminal shows and does not obey.</summary>
public sealed class JsonLineTests
{
    [Theory]
    [InlineData("hello 'world' <&> héllo 😀", "hello 'world' <&> héllo 😀")]
    [InlineData("\"\\", "\\\"\\\\")]
    [InlineData("\u0000\n\u001b\u007f\u009b", "\\u0000\\u000a\\u001b\\u007f\\u009b")]
    [InlineData("\u202e\u2066\u200b\ufeff\u2028", "\\u202e\\u2066\\u200b\\ufeff\\u2028")]
    [InlineData("\U000E0001", "\\udb40\\udc01")]
    public void AppendString_AnyText_EscapesWhatIsNotPlain(string text, string expected)
    {
        ArrayBufferWriter<byte> output = new();

        JsonLine.AppendString(Encoding.UTF8.GetBytes(text), output);

        Assert.Equal($"\"{expected}\"", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void AppendString_AnyText_IsReadAsItWas() =>
        Gen.String.Sample(text =>
        {
            // What is no Unicode cannot be written in UTF-8.
            string whole = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            ArrayBufferWriter<byte> output = new();
            JsonLine.AppendString(Encoding.UTF8.GetBytes(whole), output);
            return JsonSerializer.Deserialize<string>(output.WrittenSpan) == whole;
        });

    [Fact]
    public void Append_WhatAWriterWrote_KeepsItsMeaning() =>
        Gen.String.Sample(text =>
        {
            string whole = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            ArrayBufferWriter<byte> written = new();
            using (Utf8JsonWriter json = new(written, JsonLine.Format))
            {
                json.WriteStringValue(whole);
            }

            ArrayBufferWriter<byte> output = new();
            JsonLine.Append(written.WrittenSpan, output);
            return JsonSerializer.Deserialize<string>(output.WrittenSpan) == whole;
        });
}
