using System.Buffers.Binary;
using FireAndForget.Guests.Wasi;
using Xunit;

namespace FireAndForget.Tests.Wasi;

/// <summary>Standard input, output and error, and what becomes of handles.</summary>
public class WasiStreamTests
{
    private const int Answer = WasiWat.Answer;
    private const int Data = WasiWat.Data;

    [Theory]
    [InlineData("input-stream.read", 4)]
    [InlineData("input-stream.blocking-read", 4)]
    [InlineData("input-stream.skip", 8)]
    [InlineData("input-stream.blocking-skip", 8)]
    public async Task Read_StandardInput_IsAtItsEnd(string function, int payload)
    {
        await using WasiGuest guest = new();
        long input = guest.Call("get-stdin");

        guest.Call(function, input, 100, Answer);

        Assert.Equal((1, 1), (guest.Memory(Answer, 1)[0], guest.Memory(Answer + payload, 1)[0]));
    }

    [Theory]
    [InlineData("get-stdout", "output-stream.write", "out:hello")]
    [InlineData("get-stdout", "output-stream.blocking-write-and-flush", "out:hello")]
    [InlineData("get-stderr", "output-stream.write", "err:hello")]
    [InlineData("get-stderr", "output-stream.blocking-write-and-flush", "err:hello")]
    public async Task Write_ALine_IsInTheLog(string stream, string function, string line)
    {
        await using WasiGuest guest = new();
        long output = guest.Call(stream);

        guest.Call("hello\n"u8, function, output, Data, 6, Answer);

        Assert.Equal([line], guest.Lines);
        Assert.Equal(0, guest.Memory(Answer, 1)[0]);
        guest.Call("output-stream.flush", output, Answer);
        Assert.Equal(0, guest.Memory(Answer, 1)[0]);
        guest.Call("output-stream.blocking-flush", output, Answer);
        Assert.Equal(0, guest.Memory(Answer, 1)[0]);
    }

    [Fact]
    public async Task Write_PartsOfALine_AreOneLine()
    {
        await using WasiGuest guest = new();
        long output = guest.Call("get-stdout");
        // Another handle to the same stream goes on with its line.
        long other = guest.Call("get-stdout");

        guest.Call("one "u8, "output-stream.write", output, Data, 4, Answer);
        Assert.Empty(guest.Lines);
        guest.Call("line\ntwo"u8, "output-stream.write", other, Data, 8, Answer);

        Assert.Equal(["out:one line"], guest.Lines);
        // The rest shows when the instance ends.
        guest.Fail("exit", 0);
        Assert.Equal(["out:one line", "out:two"], guest.Lines);
    }

    [Fact]
    public async Task CheckWrite_SaysHowMuchMayBeWritten()
    {
        await using WasiGuest guest = new();
        long output = guest.Call("get-stderr");

        guest.Call("output-stream.check-write", output, Answer);

        Assert.Equal(0, guest.Memory(Answer, 1)[0]);
        Assert.Equal(WasiStreams.Permit, BinaryPrimitives.ReadUInt64LittleEndian(guest.Memory(Answer + 8, 8)));
        guest.Call("output-stream.write", output, 0, WasiStreams.Permit, Answer);
    }

    [Theory]
    [InlineData("output-stream.write", 8193)]
    [InlineData("output-stream.blocking-write-and-flush", 4097)]
    [InlineData("output-stream.write-zeroes", 8193)]
    [InlineData("output-stream.blocking-write-zeroes-and-flush", 4097)]
    public async Task Write_MoreThanMayBeWritten_Traps(string function, int length)
    {
        await using WasiGuest guest = new();
        long output = guest.Call("get-stdout");
        long[] arguments = function.Contains("zeroes", StringComparison.Ordinal)
            ? [output, length, Answer]
            : [output, 0, length, Answer];

        string reason = guest.Fail(function, arguments).Reason;

        Assert.Contains($"{length} bytes, and may write {length - 1} at once", reason, StringComparison.Ordinal);
        Assert.Empty(guest.Lines);
    }

    [Fact]
    public async Task Write_OutsideTheMemory_Traps()
    {
        await using WasiGuest guest = new();
        long output = guest.Call("get-stdout");

        string reason = guest.Fail("output-stream.write", output, WasiWat.MemoryBytes - 1, 2, Answer).Reason;

        Assert.Contains("lies outside", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("output-stream.write-zeroes")]
    [InlineData("output-stream.blocking-write-zeroes-and-flush")]
    public async Task WriteZeroes_ShowsThatSomethingWasThere(string function)
    {
        await using WasiGuest guest = new();
        long output = guest.Call("get-stdout");

        guest.Call(function, output, 3, Answer);
        guest.Call("\n"u8, "output-stream.write", output, Data, 1, Answer);

        Assert.Equal(["out:\uFFFD\uFFFD\uFFFD"], guest.Lines);
    }

    [Theory]
    [InlineData("output-stream.splice")]
    [InlineData("output-stream.blocking-splice")]
    public async Task Splice_FromStandardInput_IsAtItsEnd(string function)
    {
        await using WasiGuest guest = new();
        long input = guest.Call("get-stdin");
        long output = guest.Call("get-stdout");

        guest.Call(function, output, input, 10, Answer);
        Assert.Equal((1, 1), (guest.Memory(Answer, 1)[0], guest.Memory(Answer + 8, 1)[0]));
        guest.Call(function, output, input, 0, Answer);
        Assert.Equal(0, guest.Memory(Answer, 1)[0]);
        Assert.Contains(
            "is an output-stream",
            guest.Fail(function, output, output, 0, Answer).Reason,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Handles_AreNumberedFromOneAndTakenAgain()
    {
        await using WasiGuest guest = new();

        Assert.Equal(
            (1, 2, 3),
            (guest.Call("get-stdin"), guest.Call("get-stdout"), guest.Call("subscribe-duration", 1))
        );
        guest.Call("drop input-stream", 1);
        guest.Call("drop output-stream", 2);
        Assert.Equal((2, 1, 4), (guest.Call("get-stderr"), guest.Call("get-stderr"), guest.Call("get-stderr")));
    }

    [Theory]
    [InlineData("get-stdin", "drop input-stream", "an input-stream")]
    [InlineData("get-stderr", "drop output-stream", "an output-stream")]
    [InlineData("instance-network", "drop network", "a network")]
    public async Task Drop_Twice_Traps(string get, string drop, string kind)
    {
        await using WasiGuest guest = new();
        long handle = guest.Call(get);
        guest.Call(drop, handle);

        Assert.Equal($"it has no handle {handle}, which it gave as {kind}", guest.Fail(drop, handle).Reason);
    }

    [Theory]
    [InlineData("output-stream.check-write")]
    [InlineData("output-stream.flush")]
    public async Task Use_AfterDrop_Traps(string function)
    {
        await using WasiGuest guest = new();
        long handle = guest.Call("get-stdout");
        guest.Call("drop output-stream", handle);

        Assert.Equal(
            "it has no handle 1, which it gave as an output-stream",
            guest.Fail(function, handle, Answer).Reason
        );
    }

    [Theory]
    [InlineData("drop pollable")]
    [InlineData("drop input-stream")]
    [InlineData("pollable.block")]
    [InlineData("pollable.ready")]
    [InlineData("input-stream.subscribe")]
    public async Task Use_AsSomethingElse_Traps(string function)
    {
        await using WasiGuest guest = new();
        long handle = guest.Call("get-stdout");

        string reason = guest.Fail(function, handle).Reason;

        Assert.Contains("its handle 1 is an output-stream, and it gave it as ", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public async Task Use_OfWhatWasNeverThere_Traps(int handle)
    {
        await using WasiGuest guest = new();
        guest.Call("get-stdout");

        Assert.Equal(
            $"it has no handle {(uint)handle}, which it gave as a pollable",
            guest.Fail("drop pollable", handle).Reason
        );
    }

    [Fact]
    public async Task Drop_AStreamBeforeItsPollable_Traps()
    {
        await using WasiGuest guest = new();
        long stream = guest.Call("get-stdout");
        long pollable = guest.Call("output-stream.subscribe", stream);
        guest.Call("drop pollable", pollable);
        pollable = guest.Call("output-stream.subscribe", stream);

        Assert.Equal(
            "it dropped an output-stream 1 before the pollable that came from it",
            guest.Fail("drop output-stream", stream).Reason
        );
        stream = guest.Call("get-stdout");
        pollable = guest.Call("output-stream.subscribe", stream);
        guest.Call("drop pollable", pollable);
        guest.Call("drop output-stream", stream);
    }

    [Fact]
    public void Add_TooManyHandles_Traps()
    {
        WasiHandles handles = new();
        for (int i = 0; i < WasiHandles.Most; i++)
        {
            Assert.Equal(i + 1, handles.Add(WasiHandleKind.Pollable));
        }

        Assert.ThrowsAny<Exception>(() => handles.Add(WasiHandleKind.Pollable));
        handles.Drop(500, WasiHandleKind.Pollable);
        Assert.Equal(500, handles.Add(WasiHandleKind.Network));
    }
}
