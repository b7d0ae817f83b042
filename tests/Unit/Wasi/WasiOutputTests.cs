using System.Text;
using FireAndForget.Guests.Wasi;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests.Wasi;

/// <summary>Whatever a guest writes, the log gets lines: whole, bounded, and text.</summary>
public class WasiOutputTests
{
    private const string LeftOut = "[it wrote more during one message than is logged; the rest is left out]";

    private const int BytesPerSecond = 1000;

    private readonly FakeInstance _instance = new();
    private readonly FakeTimeProvider _time = new();
    private readonly Log _log = new();
    private readonly WasiOutput _output;

    public WasiOutputTests() => _output = new(_instance, Grants(long.MaxValue), isError: true);

    [Theory]
    [InlineData("a\nb\n", "a|b")]
    [InlineData("\n\n", "|")]
    [InlineData("a\r\nb\rc\r\n", "a|b\uFFFDc")]
    [InlineData("tab\there\n", "tab\there")]
    [InlineData("\u001b[31mred\u001b[0m\u0000\u0085\n", "\uFFFD[31mred\uFFFD[0m\uFFFD\uFFFD")]
    [InlineData("naïve 🙂\n", "naïve 🙂")]
    public void Write_Lines_AreText(string written, string lines)
    {
        Write(written);

        Assert.Equal(lines.Split('|'), _log.Lines);
        Assert.Equal(("id", true), (_log.Component, _log.IsError));
    }

    [Fact]
    public void Write_InvalidUtf8_IsReplaced()
    {
        _output.Write([(byte)'a', 0xFF, 0xC3, (byte)'b', 0xED, 0xA0, 0x80, 0xF0, 0x9F, (byte)'\n']);

        Assert.Equal(["a\uFFFD\uFFFDb\uFFFD\uFFFD\uFFFD\uFFFD"], _log.Lines);
    }

    /// <summary>A character that comes in two writes is one all the same.</summary>
    [Fact]
    public void Write_ByteByByte_IsTheSame()
    {
        byte[] written = Encoding.UTF8.GetBytes("ein 🙂 für\nalle\n");
        foreach (byte one in written)
        {
            _output.Write([one]);
        }

        Assert.Equal(["ein 🙂 für", "alle"], _log.Lines);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(100)]
    public void Write_ALongLine_GoesOnInTheNextWithoutCuttingACharacter(int before)
    {
        string text = new string('x', before) + string.Concat(Enumerable.Repeat("🙂", 2500));
        Write(text[..(before + 40)]);
        Write(text[(before + 40)..]);
        Write("\n");

        Assert.Equal(text, string.Concat(_log.Lines));
        Assert.All(_log.Lines, line => Assert.True(Encoding.UTF8.GetByteCount(line) <= WasiOutput.MostOfLine));
        Assert.Equal(3, _log.Lines.Count);
    }

    [Fact]
    public void Write_ALongLineThatIsNoUtf8_IsCutAnyway()
    {
        _output.Write(Enumerable.Repeat((byte)0x80, WasiOutput.MostOfLine + 10).Append((byte)'\n').ToArray());

        Assert.Equal([WasiOutput.MostOfLine, 10], _log.Lines.Select(l => l.Length));
    }

    [Fact]
    public void Write_TooMuchInOneMessage_IsLeftOutUntilTheNext()
    {
        for (int i = 0; i < 2000; i++)
        {
            Write("line\n");
        }

        int kept = (WasiOutput.MostOfMessage - 1) / (4 + WasiOutput.LineCost);
        Assert.Equal(kept + 1, _log.Lines.Count);
        Assert.Equal(LeftOut, _log.Lines[^1]);

        _instance.Running++;
        Write("again\n");
        Assert.Equal("again", _log.Lines[^1]);
    }

    [Fact]
    public void Write_TooMuchAtOnce_KeepsWhatStoodBefore()
    {
        Write("before");
        Write(new string('x', 1_000_000));
        Write("and\nmore\n");

        Assert.Equal(["before", LeftOut], _log.Lines);
        _instance.Running++;
        Write("next\n");
        Assert.Equal(["before", LeftOut, "next"], _log.Lines);
    }

    /// <summary>A guest can hand over all of its memory at once, line by line, and no budget reaches it meanwhile.</summary>
    [Theory]
    [InlineData(1, "why")]
    [InlineData(WasiOutput.MostOfMessage, "")]
    public void FirstLine_BehindEmptyLines_IsLookedForAsFarAsOutputIsKept(int emptyLines, string found)
    {
        Write(new string('\n', emptyLines) + "why\n");

        Assert.Equal(found, _output.FirstLine);
    }

    /// <summary>A guest that wrote a little for each of many messages filled the log with gigabytes in seconds.</summary>
    [Fact]
    public void Write_TooMuchInASecond_IsLeftOutUntilTheNext()
    {
        WasiOutput output = new(_instance, Grants(BytesPerSecond), isError: true);

        WriteMessages(output, 100);
        int kept = BytesPerSecond / ("line".Length + WasiOutput.LineCost);
        Assert.Equal(
            [
                .. Enumerable.Repeat("line", kept),
                $"[it writes more than {BytesPerSecond} bytes in a second; the rest is left out]",
            ],
            _log.Lines
        );

        _log.Lines.Clear();
        _time.Advance(TimeSpan.FromMilliseconds(999));
        WriteMessages(output, 1);
        Assert.Empty(_log.Lines);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        WriteMessages(output, 2);
        long leftOut = (101 - kept) * ("line".Length + WasiOutput.LineCost);
        Assert.Equal([$"[{leftOut} bytes were left out]", "line", "line"], _log.Lines);
    }

    /// <summary>Neither the other stream nor a fresh instance makes room.</summary>
    [Fact]
    public void Write_TooMuchInASecond_IsLeftOutOfAllStreams()
    {
        WasiGrants grants = Grants(BytesPerSecond);
        WasiOutput first = new(_instance, grants, isError: true);
        WasiOutput second = new(new FakeInstance(), grants, isError: false);

        WriteMessages(first, 100);
        _log.Lines.Clear();
        WriteMessages(second, 1);
        Assert.Empty(_log.Lines);

        // What is left out at the end is told once.
        first.Flush();
        second.Flush();
        Assert.Matches(@"^\[\d+ bytes were left out\]$", Assert.Single(_log.Lines));
    }

    [Fact]
    public void Write_NothingIsAllowed_IsToldOnce()
    {
        WasiOutput output = new(_instance, Grants(0), isError: true);

        WriteMessages(output, 10);

        Assert.Equal(["[it writes more than 0 bytes in a second; the rest is left out]"], _log.Lines);
    }

    [Fact]
    public void Flush_OfAnUnfinishedLine_IsItOnce()
    {
        Write("unfinished");
        Assert.Empty(_log.Lines);

        _output.Flush();
        _output.Flush();

        Assert.Equal(["unfinished"], _log.Lines);
    }

    [Fact]
    public void Write_TheLogThrows_GoesOn()
    {
        _log.Throws = true;
        Write("lost\nlost too");
        _output.Flush();
        _log.Throws = false;
        Write("kept\n");

        Assert.Equal(["kept"], _log.Lines);
    }

    [Fact]
    public void Write_WholeLines_AllocatesNothing()
    {
        byte[] line = "an ordinary line\nand ü\n"u8.ToArray();
        _log.Keeps = false;
        _output.Write(line);

        Assert.Equal(0, Allocations.Least(() => Allocations.Of(WriteAll)));

        void WriteAll()
        {
            for (int i = 0; i < 1000; i++)
            {
                _instance.Running++;
                _output.Write(line);
            }
        }
    }

    private WasiGrants Grants(long bytesPerSecond) => new("id", new(), _time, null, _log, bytesPerSecond);

    private void WriteMessages(WasiOutput output, int count)
    {
        for (int i = 0; i < count; i++)
        {
            _instance.Running++;
            output.Write("line\n"u8);
        }
    }

    private void Write(string text) => _output.Write(Encoding.UTF8.GetBytes(text));

    private sealed class Log : IGuestOutput
    {
        public List<string> Lines { get; } = [];

        public string? Component { get; private set; }

        public bool IsError { get; private set; }

        public bool Keeps { get; set; } = true;

        public bool Throws { get; set; }

        public void Write(string component, bool isError, ReadOnlySpan<byte> line)
        {
            if (Throws)
            {
                throw new InvalidOperationException("no log today");
            }

            // Without a test's assertions, which would be taken for a log that fails.
            Component = component;
            IsError = isError;
            if (Keeps)
            {
                Lines.Add(new UTF8Encoding(false, true).GetString(line));
            }
        }
    }
}
