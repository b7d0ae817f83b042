using System.Globalization;
using FireAndForget.Supervision;
using Xunit;

namespace FireAndForget.Tests.Supervision;

/// <summary>Loading one too many is refused with the limit's name and what to change; what is loaded goes on.</summary>
public class MachineGuardTests
{
    private const string Guest = """
        (module
          (memory (export "memory") 1 2)
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
          (func (export "handle-message") (param i32 i32 i32 i32) (result i32) (i32.const 0)))
        """;

    private static readonly ComponentSource Source = ComponentSource.FromText(Guest, "guest.wat");

    private readonly FakeMachine _machine = new();

    [Fact]
    public void CheckRoomFor_MuchRoom_LooksSeldom()
    {
        MachineGuard guard = new(_machine);

        for (int i = 0; i < 100; i++)
        {
            guard.CheckRoomFor(2);
        }

        Assert.InRange(_machine.Looks, 1, 3);
    }

    [Fact]
    public void CheckRoomFor_UntilThereIsNone_StopsBeforeTheReserve()
    {
        MachineGuard guard = new(_machine);
        int letIn = 0;

        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() =>
        {
            for (; letIn < 100_000; letIn++)
            {
                guard.CheckRoomFor(2);
                _machine.Used += 2 * FakeMachine.PerMemory;
            }
        });

        Assert.Equal((FakeMachine.Limit - FakeMachine.Reserve) / FakeMachine.PerMemory / 2, letIn);
        Assert.Equal(
            "the machine has no room for it: 9000 of 10000 are used of the limit of things; buy more things.",
            e.Message
        );
    }

    [Fact]
    public void CheckRoomFor_NothingKnownOfTheMachine_LetsIn()
    {
        new MachineGuard(null).CheckRoomFor(1000);
        _machine.IsUnknown = true;
        new MachineGuard(_machine).CheckRoomFor(1000);
    }

    [Fact]
    public async Task AddComponent_OneTooMany_IsRefusedAndTheOthersGoOn()
    {
        await using MessagingHost host = new(new() { Workers = 0, Machine = _machine });
        Component first = host.AddComponent("first", Source);
        Endpoint client = host.AddEndpoint("client");
        _machine.Used = FakeMachine.Limit - FakeMachine.Reserve;
        int loaded = 0;

        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() =>
        {
            for (; loaded < 1000; loaded++)
            {
                host.AddComponent($"more{loaded}", Source);
            }
        });

        Assert.StartsWith("guest.wat: the machine has no room for it: ", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("of the limit of things; buy more things.", e.Message, StringComparison.Ordinal);
        Assert.Throws<ComponentLoadException>(() => first.Replace(Source));
        Assert.Equal(SendStatus.Accepted, client.Send("first", [1]));
        host.Pump();
        Assert.Equal(1, first.Statistics.Handled);

        // As soon as there is room, it goes on.
        _machine.Used = 0;
        host.AddComponent("last", Source);
    }

    /// <summary>Two of these guests may grow to 128 KiB each, the third does not fit.</summary>
    [Fact]
    public async Task AddComponent_SumOfMemories_IsLimitedAndGivenBack()
    {
        await using MessagingHost host = new(new() { Workers = 0, MemoryBytes = 5 << 16 });
        Component first = host.AddComponent("first", Source);
        host.AddComponent("second", Source);

        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() => host.AddComponent("third", Source));
        Assert.Throws<ComponentLoadException>(() => first.Replace(Source));

        Assert.Equal(
            "guest.wat: its memories may grow to 131072 bytes, and of the 327680 that the host's guests may use together 65536 "
                + "are left; raise the host's MemoryBytes, or lower memory-bytes of components.",
            e.Message
        );
        host.AddComponent("small", Source, new() { Limits = new() { MemoryBytes = 1 << 16 } });
        first.Remove();
        host.Pump();
        host.AddComponent("third", Source);
    }

    [Fact]
    public async Task AddComponent_FailsToStart_GivesItsMemoryBack()
    {
        await using MessagingHost host = new(new() { Workers = 0, MemoryBytes = 2 << 16 });
        var trapping = ComponentSource.FromText(
            Guest.Replace("(module", "(module (func $trap (unreachable)) (start $trap)", StringComparison.Ordinal)
        );
        for (int i = 0; i < 3; i++)
        {
            ComponentLoadException e = Assert.Throws<ComponentLoadException>(() =>
                host.AddComponent("trapping", trapping)
            );
            Assert.Contains("unreachable", e.Message, StringComparison.Ordinal);
        }

        host.AddComponent("fits", Source);
    }

    [Theory]
    [InlineData("memory", 16, 17)]
    [InlineData("table", 100, 101)]
    public async Task AddComponent_MoreParts_ThanAnyNeeds_IsRefused(string part, int most, int tooMany)
    {
        await using MessagingHost host = new(new() { Workers = 0 });
        string one = part == "memory" ? "(memory 0)" : "(table 0 funcref)";
        string With(int count) =>
            Guest.Replace(
                "(func (export \"cabi",
                string.Concat(Enumerable.Repeat(one, part == "memory" ? count - 1 : count)) + "(func (export \"cabi",
                StringComparison.Ordinal
            );

        host.AddComponent("most", ComponentSource.FromText(With(most)));
        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() =>
            host.AddComponent("more", ComponentSource.FromText(With(tooMany)))
        );

        Assert.Contains($"it has {tooMany} ", e.Message, StringComparison.Ordinal);
        Assert.Contains($"the most are {most}", e.Message, StringComparison.Ordinal);
    }

    private sealed class FakeMachine : IMachine
    {
        public const long Limit = 10_000;
        public const long Reserve = 1_000;
        public const long PerMemory = 10;

        public long Used { get; set; }

        public bool IsUnknown { get; set; }

        public int Looks { get; private set; }

        public IReadOnlyList<MachineResource> Look()
        {
            Looks++;
            MachineResource plenty = new("much", "", 0, long.MaxValue, 1, 0);
            MachineResource things = new("the limit of things", "buy more things", Used, Limit, PerMemory, Reserve);
            return IsUnknown ? [] : [plenty, things, plenty];
        }
    }
}
