using FireAndForget.Cli;
using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary>Lines out of a stream, and one that does not end.</summary>
public sealed class LineReaderTests
{
    [Fact]
    public void TryRead_EachLine_HasItsNumber()
    {
        using LineReader lines = new(new MemoryStream("a\n\nb"u8.ToArray()));
        List<(long, string)> read = [];
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            read.Add((lines.Number, System.Text.Encoding.ASCII.GetString(line)));
        }

        Assert.Equal([(1, "a"), (2, ""), (3, "b")], read);
    }

    [Fact]
    public void TryRead_ALineWithoutEnd_IsRefusedWithItsNumber()
    {
        using LineReader lines = new(new EndlessStream());
        Assert.True(lines.TryRead(out _));

        MessageLineException refused = Assert.Throws<MessageLineException>(() => lines.TryRead(out _));

        Assert.Equal(2, lines.Number);
        Assert.Contains("more than 128 MiB", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>An empty line, and then the same byte for ever.</summary>
    private sealed class EndlessStream : MemoryStream
    {
        private bool _isFirst = true;

        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill((byte)'x');
            if (_isFirst)
            {
                buffer[offset] = (byte)'\n';
                _isFirst = false;
            }

            return count;
        }
    }
}
