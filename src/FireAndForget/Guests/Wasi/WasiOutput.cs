using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using FireAndForget.Guests.Calls;
using FireAndForget.Wording;

namespace FireAndForget.Guests.Wasi;

/// <summary>
/// Standard output or error of one instance: gathers lines and hands them to the host's log. It is bounded, whatever the guest
/// does: a long line is cut into pieces, of the output during one message (or the instantiation) only the first part is kept, and
/// of the output in a second no more than the allowance.
/// </summary>
internal sealed class WasiOutput(IRunning instance, WasiGrants grants, bool isError)
{
    /// <summary>The most bytes of a line; what is longer goes on in the next one.</summary>
    public const int MostOfLine = 4096;

    /// <summary>The most bytes during one message, each line counted with <see cref="LineCost"/> more.</summary>
    public const int MostOfMessage = 65536;

    public const int LineCost = 64;

    private static readonly SearchValues<byte> Printable = SearchValues.Create([
        (byte)'\t',
        .. Enumerable.Range(0x20, 0x5F).Select(b => (byte)b),
    ]);

    /// <summary>The most bytes of a line that tells why a guest ended.</summary>
    private const int MostOfFirstLine = 256;

    private byte[] _first = [];
    private long _firstRunning = long.MinValue;
    private int _firstLength;
    private bool _hasFirst;
    private byte[] _line = [];
    private int _length;
    private byte[] _clean = [];
    private long _running = long.MinValue;
    private int _left;

    /// <summary>
    /// The first line with something in it that was written to standard error during the message that runs, or while the instance is made;
    /// empty where there is none. It mostly says why a guest ends itself: a panic, an exception, an assertion.
    /// </summary>
    public string FirstLine =>
        _firstRunning == instance.Running
            ? PlainText.Escape(Encoding.UTF8.GetString(_first.AsSpan(0, _firstLength)).Trim())
            : "";

    /// <summary>The first line as it stands behind the reason of an error; empty where there is none.</summary>
    public string AsReason => FirstLine is { Length: > 0 } line ? $"; it wrote: {line}" : "";

    public void Write(ReadOnlySpan<byte> bytes)
    {
        // What lies further on is left out in any case, and a guest may hand over all of its memory: no budget reaches it meanwhile.
        bytes = bytes[..Math.Min(bytes.Length, MostOfMessage)];
        if (isError)
        {
            KeepFirst(bytes);
        }

        if (grants.Log is null)
        {
            return;
        }

        if (_running != instance.Running)
        {
            _running = instance.Running;
            _left = MostOfMessage;
        }

        while (!bytes.IsEmpty && _left > 0)
        {
            int end = bytes.IndexOf((byte)'\n');
            ReadOnlySpan<byte> part = end < 0 ? bytes : bytes[..end];
            bytes = end < 0 ? [] : bytes[(end + 1)..];
            _left -= part.Length + (end < 0 ? 0 : LineCost);
            if (_left <= 0)
            {
                FlushLine();
                Emit("[it wrote more during one message than is logged; the rest is left out]"u8);
            }
            else
            {
                Add(part, isWhole: end >= 0);
            }
        }
    }

    /// <summary>
    /// Hands on a line that has no end yet, and says what was left out. It is called when the guest writes no more.
    /// </summary>
    public void Flush()
    {
        FlushLine();
        if (grants.Log is not null)
        {
            ReportLeftOut(grants.Output.TakeLeftOut());
        }
    }

    private void KeepFirst(ReadOnlySpan<byte> bytes)
    {
        if (_firstRunning != instance.Running)
        {
            _firstRunning = instance.Running;
            _firstLength = 0;
            _hasFirst = false;
        }

        if (_first.Length == 0)
        {
            _first = new byte[MostOfFirstLine];
        }

        while (!_hasFirst && !bytes.IsEmpty)
        {
            int end = bytes.IndexOf((byte)'\n');
            ReadOnlySpan<byte> part = end < 0 ? bytes : bytes[..end];
            int count = Math.Min(part.Length, MostOfFirstLine - _firstLength);
            part[..count].CopyTo(_first.AsSpan(_firstLength));
            _firstLength += count;
            _hasFirst = _firstLength == MostOfFirstLine || (end >= 0 && _firstLength != 0);
            bytes = end < 0 ? [] : bytes[(end + 1)..];
        }
    }

    private void FlushLine()
    {
        if (_length != 0)
        {
            Emit(_line.AsSpan(0, _length));
            _length = 0;
        }
    }

    private void Add(ReadOnlySpan<byte> part, bool isWhole)
    {
        while (_length + part.Length > MostOfLine)
        {
            int count = CharacterStart(part, MostOfLine - _length);
            Keep(part[..count]);
            FlushLine();
            part = part[count..];
        }

        if (isWhole && _length == 0)
        {
            Emit(part);
            return;
        }

        Keep(part);
        if (isWhole)
        {
            FlushLine();
        }
    }

    private void Keep(ReadOnlySpan<byte> part)
    {
        if (_line.Length == 0 && !part.IsEmpty)
        {
            _line = new byte[MostOfLine];
        }

        part.CopyTo(_line.AsSpan(_length));
        _length += part.Length;
    }

    /// <summary>Where the character starts that goes over a place, so that it is not cut; the place itself where it is no UTF-8.</summary>
    private static int CharacterStart(ReadOnlySpan<byte> text, int place)
    {
        int start = place;
        while (start > 0 && place - start < 3 && IsContinuation(text[start]))
        {
            start--;
        }

        return IsContinuation(text[start]) ? place : start;
    }

    private static bool IsContinuation(byte one) => (one & 0xC0) == 0x80;

    private void Emit(ReadOnlySpan<byte> line)
    {
        if (line.EndsWith("\r"u8))
        {
            line = line[..^1];
        }

        switch (grants.Output.Take(line.Length + LineCost, out long leftOut))
        {
            case OutputAnswer.Logged:
                ReportLeftOut(leftOut);
                Log(line);
                break;
            case OutputAnswer.FirstLeftOut:
                Report($"[it writes more than {grants.Output.BytesPerSecond} bytes in a second; the rest is left out]");
                break;
            default:
                break;
        }
    }

    private void ReportLeftOut(long bytes)
    {
        if (bytes != 0)
        {
            Report($"[{bytes} bytes were left out]");
        }
    }

    private void Report(FormattableString text) => Log(Encoding.UTF8.GetBytes(FormattableString.Invariant(text)));

    [SuppressMessage("Design", "CA1031", Justification = "A log that fails is no fault of the guest, nor of the host.")]
    private void Log(ReadOnlySpan<byte> line)
    {
        try
        {
            grants.Log!.Write(grants.Component, isError, line.ContainsAnyExcept(Printable) ? Clean(line) : line);
        }
        catch (Exception)
        {
            // The line is lost, and what comes after it is tried again.
        }
    }

    /// <summary>The line with U+FFFD in place of what is no UTF-8 and of control characters.</summary>
    private ReadOnlySpan<byte> Clean(ReadOnlySpan<byte> line)
    {
        if (_clean.Length == 0)
        {
            // A byte that is no UTF-8 becomes three.
            _clean = new byte[3 * MostOfLine];
        }

        int length = 0;
        while (!line.IsEmpty)
        {
            Rune.DecodeFromUtf8(line, out Rune rune, out int consumed);
            line = line[consumed..];
            Rune shown = Rune.IsControl(rune) && rune.Value != '\t' ? Rune.ReplacementChar : rune;
            length += shown.EncodeToUtf8(_clean.AsSpan(length));
        }

        return _clean.AsSpan(0, length);
    }
}
