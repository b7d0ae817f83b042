using FireAndForget.Messages;
using FireAndForget.Wording;

namespace FireAndForget.Routing;

/// <summary>The codecs that a receiver declares, and the check of a message's prefix against them.</summary>
internal sealed class CodecSet
{
    private readonly ulong[] _codes;

    public CodecSet(IReadOnlyList<MessageCodec> codecs)
    {
        _codes = [.. codecs.Select(c => c.Code)];
        Names = codecs.Count == 0 ? "(none: its list is empty)" : string.Join(", ", codecs);
    }

    /// <summary>The declared codecs as a person reads them.</summary>
    public string Names { get; }

    public SendStatus Check(ReadOnlySpan<byte> message)
    {
        if (!Varint.TryRead(message, out ulong code, out _))
        {
            return SendStatus.InvalidMessage;
        }

        return _codes.AsSpan().Contains(code) ? SendStatus.Accepted : SendStatus.UnsupportedCodec;
    }
}
