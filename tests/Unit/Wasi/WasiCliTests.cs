using System.Buffers.Binary;
using System.Text;
using Xunit;

namespace FireAndForget.Tests.Wasi;

/// <summary>Environment, arguments, exit, terminals, folders, sockets: what a guest finds there.</summary>
public class WasiCliTests
{
    private const int Answer = WasiWat.Answer;

    [Fact]
    public async Task GetEnvironment_Granted_GivesNamesAndValues()
    {
        WasiOptions granted = new()
        {
            Environment = new Dictionary<string, string> { ["HOME"] = "/ö", ["EMPTY"] = "" },
        };
        await using WasiGuest guest = new(granted);

        guest.Call("get-environment", Answer);

        (int list, int count) = guest.List();
        string[] strings = [.. Enumerable.Range(0, count * 2).Select(i => Text(guest, list + (i * 8)))];
        Assert.Equal(["HOME", "/ö", "EMPTY", ""], strings);
    }

    [Fact]
    public async Task GetArguments_Granted_GivesThemInOrder()
    {
        await using WasiGuest guest = new(new() { Arguments = ["first", "", "third"] });

        guest.Call("get-arguments", Answer);

        (int list, int count) = guest.List();
        Assert.Equal(
            ["first", "", "third"],
            Enumerable.Range(0, count).Select(i => Text(guest, list + (i * 8))).ToArray()
        );
    }

    [Theory]
    [InlineData("get-environment")]
    [InlineData("get-arguments")]
    [InlineData("get-directories")]
    public async Task Lists_NothingGranted_AreEmptyAndTakeRoomAllTheSame(string function)
    {
        await using WasiGuest guest = new();

        guest.Call(function, Answer);

        // The canonical ABI asks realloc for the room of an empty list too.
        Assert.Equal((WasiWat.Heap, 0), guest.List());
        Assert.Contains(
            "lies outside",
            guest.Fail(WasiWat.MemoryBytes + 4, function, Answer).Reason,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("initial-cwd", 12)]
    [InlineData("get-terminal-stdin", 8)]
    [InlineData("get-terminal-stdout", 8)]
    [InlineData("get-terminal-stderr", 8)]
    public async Task Options_AreNone(string function, int size)
    {
        await using WasiGuest guest = new();

        guest.Call(Enumerable.Repeat((byte)0xFF, 100).ToArray(), function, WasiWat.Data);

        Assert.Equal(0, guest.Memory(WasiWat.Data, 1)[0]);
        Assert.Equal(0xFF, guest.Memory(WasiWat.Data + size, 1)[0]);
    }

    [Theory]
    [InlineData("exit", 0, "it ended itself: exit with success")]
    [InlineData("exit", 1, "it ended itself: exit with failure")]
    [InlineData("exit", 2, "it called exit with 2, which is not a result")]
    [InlineData("exit-with-code", 7, "it ended itself: exit with code 7")]
    public async Task Exit_Trap_SaysHow(string function, int status, string reason)
    {
        await using WasiGuest guest = new();

        DeadLetter letter = guest.Fail(function, status);

        Assert.Equal((Outcome.Trapped, reason), (letter.Outcome, letter.Reason));
        // A fresh instance goes on.
        guest.Call("get-stdin");
    }

    [Theory]
    [InlineData("create-tcp-socket")]
    [InlineData("create-udp-socket")]
    public async Task CreateSocket_AnyFamily_IsDenied(string function)
    {
        await using WasiGuest guest = new();

        guest.Call(function, 0, Answer);
        Assert.Equal((1, 1), Error(guest));
        guest.Call(function, 1, Answer);
        Assert.Equal((1, 1), Error(guest));
        Assert.Contains(
            "which is no family of addresses",
            guest.Fail(function, 2, Answer).Reason,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task ResolveAddresses_OnTheNetwork_IsDenied()
    {
        await using WasiGuest guest = new();
        long network = guest.Call("instance-network");

        guest.Call("example.org"u8, "resolve-addresses", network, WasiWat.Data, 11, Answer);

        Assert.Equal((1, 1), Error(guest));
        guest.Call("drop network", network);
        Assert.Contains(
            "which it gave as a network",
            guest.Fail("resolve-addresses", network, WasiWat.Data, 0, Answer).Reason,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task ResolveAddresses_NameIsNotUtf8_Traps()
    {
        await using WasiGuest guest = new();
        // The data of one message is still there at the next one.
        long network = guest.Call([0xED, 0xA0, 0x80], "instance-network");

        string reason = guest.Fail("resolve-addresses", network, WasiWat.Data, 3, Answer).Reason;

        Assert.Equal("the name for resolve-addresses is not UTF-8", reason);
    }

    [Theory]
    [InlineData("filesystem-error-code", "error")]
    [InlineData("network-error-code", "error")]
    [InlineData("error.to-debug-string", "error")]
    [InlineData("tcp-socket.shutdown", "tcp-socket")]
    [InlineData("descriptor.set-times", "descriptor")]
    [InlineData("drop tcp-socket", "tcp-socket")]
    [InlineData("drop terminal-input", "terminal-input")]
    [InlineData("drop descriptor", "descriptor")]
    [InlineData("drop error", "error")]
    public async Task WhatNeedsWhatCannotExist_Traps(string function, string resource)
    {
        await using WasiGuest guest = new();
        int index = WasiFunction.IndexOf(function);
        long[] arguments = [3, .. Enumerable.Repeat(0L, WasiFunction.All[index].Parameters.Length - 1)];

        Assert.Equal($"it has no handle 3, which it gave as one of {resource}", guest.Fail(function, arguments).Reason);
    }

    /// <summary>The realloc that gives room for the answer may not call anything of WASI itself.</summary>
    [Fact]
    public async Task AnyFunction_CalledDuringRealloc_Traps()
    {
        await using WasiGuest guest = new();

        Assert.Equal(
            "it called get-stdout while realloc or post-return ran",
            guest.Fail(WasiWat.CallingRealloc, "get-arguments", Answer).Reason
        );
    }

    [Theory]
    [InlineData("wall-clock#now", 1028, "is not aligned to 8")]
    [InlineData("initial-cwd", 1026, "is not aligned to 4")]
    [InlineData("wall-clock#now", WasiWat.MemoryBytes - 8, "lies outside")]
    [InlineData("wall-clock#now", -8, "lies outside")]
    public async Task Answer_NoRoomForIt_Traps(string function, int answer, string reason)
    {
        await using WasiGuest guest = new();

        Assert.Contains(reason, guest.Fail(function, answer).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(WasiWat.Heap + 2, "is not aligned to 4")]
    [InlineData(WasiWat.MemoryBytes - 4, "lies outside")]
    public async Task Realloc_GivesNoRoom_Traps(uint address, string reason)
    {
        await using WasiGuest guest = new(new() { Arguments = ["one", "two"] });

        Assert.Contains(reason, guest.Fail(address, "get-arguments", Answer).Reason, StringComparison.Ordinal);
    }

    private static (int Result, int Code) Error(WasiGuest guest) =>
        (guest.Memory(Answer, 1)[0], guest.Memory(Answer + 4, 1)[0]);

    private static string Text(WasiGuest guest, int at)
    {
        int pointer = BinaryPrimitives.ReadInt32LittleEndian(guest.Memory(at, 4));
        int length = BinaryPrimitives.ReadInt32LittleEndian(guest.Memory(at + 4, 4));
        return Encoding.UTF8.GetString(guest.Memory(pointer, length));
    }
}
