using System.Globalization;
using FireAndForget.Messages;

namespace FireAndForget;

/// <summary>
/// A multicodec code with which a message may start, as an unsigned varint, to say how the rest is encoded
/// (<see href="https://github.com/multiformats/multicodec"/>). The host checks the prefix and never translates.
/// </summary>
public readonly record struct MessageCodec
{
    private static readonly (string Name, ulong Code)[] KnownCodecs =
    [
        ("raw", 0x55),
        ("cbor", 0x51),
        ("protobuf", 0x50),
        ("json", 0x0200),
        ("messagepack", 0x0201),
        ("borsh", 0x0701),
        ("bincode", 0x0702),
    ];

    /// <summary>A codec by its code.</summary>
    /// <param name="code">The multicodec code, 0 to 2^63 - 1: what an unsigned varint of 9 bytes can hold.</param>
    /// <exception cref="ArgumentOutOfRangeException">The code does not fit in 9 bytes.</exception>
    public MessageCodec(ulong code)
    {
        if (code > Varint.MaxValue)
        {
            throw new ArgumentOutOfRangeException(
                nameof(code),
                code,
                $"A codec's code is 0 to {Varint.MaxValue}, what an unsigned varint of {Varint.MaxLength} bytes can hold."
            );
        }

        Code = code;
    }

    /// <summary>The multicodec code.</summary>
    public ulong Code { get; }

    /// <summary>Raw bytes, 0x55.</summary>
    public static MessageCodec Raw => new(0x55);

    /// <summary>CBOR, 0x51.</summary>
    public static MessageCodec Cbor => new(0x51);

    /// <summary>Protocol buffers, 0x50.</summary>
    public static MessageCodec Protobuf => new(0x50);

    /// <summary>JSON, 0x0200.</summary>
    public static MessageCodec Json => new(0x0200);

    /// <summary>MessagePack, 0x0201.</summary>
    public static MessageCodec MessagePack => new(0x0201);

    /// <summary>Borsh, 0x0701.</summary>
    public static MessageCodec Borsh => new(0x0701);

    /// <summary>Bincode, 0x0702.</summary>
    public static MessageCodec Bincode => new(0x0702);

    /// <summary>The bytes that the prefix takes, 1 to 9.</summary>
    public int PrefixLength => Varint.Length(Code);

    /// <summary>The names of the known codecs.</summary>
    internal static IEnumerable<string> KnownNames => KnownCodecs.Select(known => known.Name);

    /// <summary>What the text of a codec is, for errors.</summary>
    internal static string Form { get; } =
        $"a codec is {string.Join(", ", KnownNames)} or, for any other, its multicodec number";

    /// <summary>Reads a codec's text, as <see cref="ToString"/> gives it: its name, such as <c>cbor</c>, or its number, such as <c>513</c>.</summary>
    /// <param name="text">One of the known names, in lower case, or the multicodec code as a decimal number.</param>
    /// <param name="codec">The codec, where the text is one.</param>
    /// <returns>Whether the text is a codec.</returns>
    public static bool TryParse(string? text, out MessageCodec codec)
    {
        foreach ((string known, ulong code) in KnownCodecs)
        {
            if (known == text)
            {
                codec = new(code);
                return true;
            }
        }

        bool isNumber =
            ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)
            && number <= Varint.MaxValue;
        codec = isNumber ? new(number) : default;
        return isNumber;
    }

    /// <summary>Writes the prefix, an unsigned varint.</summary>
    /// <param name="destination">At least <see cref="PrefixLength"/> bytes.</param>
    /// <returns>The bytes written.</returns>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public int WritePrefix(Span<byte> destination) => Varint.Write(Code, destination);

    /// <summary>Reads a message's prefix.</summary>
    /// <param name="message">A message, prefix first.</param>
    /// <param name="codec">The codec, where the prefix is well formed.</param>
    /// <param name="prefixLength">The bytes that the prefix takes.</param>
    /// <returns>False where the prefix is cut off, longer than 9 bytes or not minimal.</returns>
    public static bool TryReadPrefix(ReadOnlySpan<byte> message, out MessageCodec codec, out int prefixLength)
    {
        bool read = Varint.TryRead(message, out ulong code, out prefixLength);
        codec = read ? new(code) : default;
        return read;
    }

    /// <summary>The codec's text, so that it can stand in <see cref="ReceiverOptions.Codecs"/>.</summary>
    /// <param name="codec">The codec.</param>
    public static implicit operator string(MessageCodec codec) => codec.ToString();

    /// <summary>The known name, or the code as a decimal number.</summary>
    public override string ToString()
    {
        foreach ((string name, ulong code) in KnownCodecs)
        {
            if (code == Code)
            {
                return name;
            }
        }

        return Code.ToString(CultureInfo.InvariantCulture);
    }
}
