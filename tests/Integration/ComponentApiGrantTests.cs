using System.Text;
using FireAndForget.Tests.Wasi;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>What a component on the component-API runtime gets of what it is granted, and what it does not get.</summary>
public sealed class ComponentApiGrantTests
{
    private const int Answer = WasiWat.Answer;

    [Fact]
    public async Task EnvironmentAndArguments_Arrive()
    {
        WasiOptions granted = new()
        {
            Arguments = ["guest", "--grün", ""],
            Environment = new Dictionary<string, string> { ["COLOUR"] = "grün" },
        };
        await using WasiCaller guest = new(GuestRuntime.ComponentApi, granted);

        guest.Call("get-arguments", Answer);
        int list = guest.Number(Answer);
        string[] arguments = [.. Enumerable.Range(0, guest.Number(Answer + 4)).Select(i => guest.Text(list + (i * 8)))];
        guest.Call("get-environment", Answer);
        list = guest.Number(Answer);

        Assert.Equal(granted.Arguments, arguments);
        Assert.Equal(1, guest.Number(Answer + 4));
        Assert.Equal(("COLOUR", "grün"), (guest.Text(list), guest.Text(list + 8)));
    }

    [Fact]
    public async Task SocketsAndNames_AreRefused()
    {
        const int AccessDenied = 1;
        await using WasiCaller guest = new(GuestRuntime.ComponentApi);
        long network = guest.Call("instance-network");

        foreach (string function in new[] { "create-tcp-socket", "create-udp-socket" })
        {
            foreach (long family in new[] { 0, 1 })
            {
                guest.Call(function, family, Answer);
                Assert.Equal((1, AccessDenied), (guest.Memory(Answer, 1)[0], guest.Memory(Answer + 4, 1)[0]));
            }
        }

        guest.Call("resolve-addresses", "localhost", network, WasiWat.Data, 9, Answer);
        Assert.Equal(1, guest.Memory(Answer, 1)[0]);
    }

    /// <summary>Its own clock is an hour ahead of Wasmtime's, which would wait as long.</summary>
    [Fact]
    public async Task WaitForAnInstant_OfTheHostsClock_GoesByThatClock()
    {
        FakeTimeProvider time = new();
        await using WasiCaller guest = new(GuestRuntime.ComponentApi, time: time);
        time.Advance(TimeSpan.FromHours(1));

        long now = guest.Call("monotonic-clock#now");
        long timer = guest.Call("subscribe-instant", now + 1);
        guest.Call("pollable.block", timer);

        Assert.Equal(3_600_000_000_000, now);
    }

    [Fact]
    public async Task RandomBytes_WithASeed_AreThoseOfTheDirectRuntime()
    {
        await using WasiCaller direct = new(GuestRuntime.Direct, seed: 7);
        await using WasiCaller guest = new(GuestRuntime.ComponentApi, seed: 7);

        Assert.Equal(Drawn(direct), Drawn(guest));

        static string Drawn(WasiCaller guest)
        {
            StringBuilder drawn = new();
            foreach (string function in new[] { "get-random-bytes", "get-insecure-random-bytes" })
            {
                guest.Call(function, 100, Answer);
                drawn.Append(Convert.ToHexString(guest.Memory(guest.Number(Answer), 100)));
            }

            drawn.Append(guest.Call("get-random-u64")).Append(guest.Call("get-insecure-random-u64"));
            guest.Call("insecure-seed", Answer);
            return drawn.Append(Convert.ToHexString(guest.Memory(Answer, 16))).ToString();
        }
    }

    /// <summary>No budget reaches a guest while they are made: 64 MiB of them took a second.</summary>
    [Theory]
    [InlineData("get-random-bytes", null)]
    [InlineData("get-insecure-random-bytes", 7UL)]
    public async Task RandomBytes_MoreThanTheMost_Trap(string function, ulong? seed)
    {
        await using WasiCaller guest = new(GuestRuntime.ComponentApi, seed: seed);

        guest.Call(function, 65536, Answer);
        Assert.Equal(65536, guest.Number(Answer + 4));
        string reason = guest.Fail(function, 1L << 40, Answer);

        Assert.Equal("it asked for 1099511627776 random bytes, and may ask for 65536 at once", reason);
    }

    [Fact]
    public async Task ExitWithCode_WhichWasmtimeDoesNotHave_SaysTheCode()
    {
        await using WasiCaller guest = new(GuestRuntime.ComponentApi);

        Assert.Equal("it ended itself: exit with code 7", guest.Fail("exit-with-code", 7));
    }
}
