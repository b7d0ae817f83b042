namespace FireAndForget.Tests.Fuzz.Areas;

/// <summary>The codec prefix of a message, beside a reader that is too simple to be wrong.</summary>
internal sealed class VarintArea : FuzzArea
{
    private const int MaxLength = 9;

    public override string Name => "varint";

    public override int Weight => 1;

    public override bool Run(byte[] input)
    {
        bool isRead = MessageCodec.TryReadPrefix(input, out MessageCodec codec, out int length);
        int end = Array.FindIndex(input, b => b < 0x80);
        bool isWellFormed = end is >= 0 and < MaxLength && (end == 0 || input[end] != 0);
        Require(isRead == isWellFormed, $"read: {isRead}, well formed: {isWellFormed}");
        if (!isRead)
        {
            return false;
        }

        UInt128 value = 0;
        for (int i = end; i >= 0; i--)
        {
            value = (value << 7) | (uint)(input[i] & 0x7F);
        }

        Require(codec.Code == value, $"the code is {codec.Code} and should be {value}");
        Require(length == end + 1 && codec.PrefixLength == length, $"the length is {length} and should be {end + 1}");
        byte[] written = new byte[MaxLength];
        Require(
            codec.WritePrefix(written) == length && written.AsSpan(0, length).SequenceEqual(input.AsSpan(0, length)),
            "what is written back is something else"
        );
        return true;
    }

    // The corpus is one of hexadecimal text, which people can read; inputs are bytes.
    protected override byte[] Prepare(byte[] file) =>
        Convert.FromHexString(System.Text.Encoding.ASCII.GetString(file).Trim());
}
