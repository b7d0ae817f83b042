namespace FireAndForget.Cli;

/// <summary>Reads lines of bytes from a stream as they come, each up to a bound.</summary>
internal sealed class LineReader(Stream stream) : IDisposable
{
    /// <summary>The most bytes of a line: base64 of more than the 64 MiB that an endpoint takes.</summary>
    public const int MostOfLine = 128 << 20;

    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _atEnd;

    /// <summary>The number of the line that was read last, counted from 1.</summary>
    public long Number { get; private set; }

    /// <summary>Reads the next line, without its line feed; it is valid until the next read.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    /// <exception cref="MessageLineException">The line is too long. Its number is the one that was read last.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        int searched = 0;
        while (true)
        {
            ReadOnlySpan<byte> unread = _buffer.AsSpan(_start, _end - _start);
            int length = unread[searched..].IndexOf((byte)'\n');
            if (length >= 0)
            {
                return Take(searched + length, 1, out line);
            }

            if (_atEnd)
            {
                return unread.IsEmpty ? Take(0, -1, out line) : Take(unread.Length, 0, out line);
            }

            searched = unread.Length;
            ReadMore();
        }
    }

    public void Dispose() => stream.Dispose();

    private bool Take(int length, int feed, out ReadOnlySpan<byte> line)
    {
        line = _buffer.AsSpan(_start, length);
        if (feed < 0)
        {
            return false;
        }

        _start += length + feed;
        Number++;
        return true;
    }

    private void ReadMore()
    {
        if (_start != 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            if (_end >= MostOfLine)
            {
                Number++;
                throw new MessageLineException(
                    $"it has more than {MostOfLine >> 20} MiB; give a large message by its \"size\", or send several"
                );
            }

            Array.Resize(ref _buffer, 2 * _end);
        }

        int read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _atEnd = read == 0;
    }
}
