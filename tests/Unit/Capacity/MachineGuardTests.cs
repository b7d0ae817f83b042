using System.Globalization;
using FireAndForget.Capacity;
using FireAndForget.Guests.Instances;
using FireAndForget.Tests.Guests;
using Xunit;

namespace FireAndForget.Tests.Capacity;

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

    private static readonly MachineNeed TwoMemories = new(Memories: 2, Modules: 0);

    private readonly FakeMachine _machine = new();

    [Fact]
    public void CheckRoomFor_MuchRoom_LooksSeldom()
    {
        MachineGuard guard = new(_machine);

        for (int i = 0; i < 100; i++)
        {
            guard.CheckRoomFor(TwoMemories);
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
                guard.CheckRoomFor(TwoMemories);
                _machine.Used += 2 * FakeMachine.PerMemory;
            }
        });

        Assert.Equal((FakeMachine.Limit - FakeMachine.Reserve) / FakeMachine.PerMemory / 2, letIn);
        Assert.Equal(
            "the machine has no room for it: 9000 of 10000 are used of the limit of things, and it may take 20; buy more things.",
            e.Message
        );
    }

    /// <summary>A component may have a thousand modules: few such ones take what many others would.</summary>
    [Fact]
    public void CheckRoomFor_ManyModulesEach_StopsBeforeTheReserve()
    {
        const int Modules = 500;
        MachineGuard guard = new(_machine);
        int letIn = 0;

        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() =>
        {
            for (; letIn < 100; letIn++)
            {
                guard.CheckRoomFor(new(Memories: 1, Modules));
                _machine.Used += FakeMachine.PerMemory + (Modules * FakeMachine.PerModule);
            }
        });

        Assert.Equal(
            (FakeMachine.Limit - FakeMachine.Reserve) / (FakeMachine.PerMemory + (Modules * FakeMachine.PerModule)),
            letIn
        );
        Assert.Contains("and it may take 1510", e.Message, StringComparison.Ordinal);
    }

    /// <summary>What is loaded between two looks is not seen, and keeps to half of what was free at the first.</summary>
    [Fact]
    public void CheckRoomFor_WithoutANewLook_NeverTakesTheReserve()
    {
        MachineGuard guard = new(_machine);
        long taken = 0;
        Random random = new(1);

        while (_machine.Used < FakeMachine.Limit - FakeMachine.Reserve - 2000)
        {
            int looks = _machine.Looks;
            MachineNeed need = new(random.Next(4), random.Next(400));
            guard.CheckRoomFor(need);
            // The machine shows what was taken only when it is looked at again.
            _machine.Used += _machine.Looks == looks ? 0 : taken;
            taken = _machine.Looks == looks ? taken : 0;
            taken += (need.Memories * FakeMachine.PerMemory) + (need.Modules * FakeMachine.PerModule);
            Assert.True(_machine.Used + taken <= FakeMachine.Limit - FakeMachine.Reserve);
        }
    }

    [Fact]
    public async Task AddComponent_MoreModulesThanThereIsRoomFor_IsRefusedBeforeTheyAreCompiled()
    {
        const int Modules = 100;
        await using MessagingHost host = new(new() { Workers = 0, Machine = _machine });
        string modules = string.Concat(
            Enumerable.Range(0, Modules).Select(i => $"(core module $m{i}) (core instance (instantiate $m{i})) ")
        );
        var many = ComponentSource.FromText(MessengerWat.Receiver(before: modules), "many.wat");
        long takes = (Modules + 1) * FakeMachine.PerModule;
        _machine.Used = FakeMachine.Limit - FakeMachine.Reserve - takes + 1;

        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() => host.AddComponent("many", many));

        Assert.StartsWith("many.wat: the machine has no room for it: ", e.Message, StringComparison.Ordinal);
        Assert.Contains($"and it may take {takes}; ", e.Message, StringComparison.Ordinal);
        _machine.Used = 0;
        host.AddComponent("many", many);
    }

    [Fact]
    public void CheckRoomFor_NothingKnownOfTheMachine_LetsIn()
    {
        new MachineGuard(null).CheckRoomFor(new(1000, 1000));
        _machine.IsUnknown = true;
        new MachineGuard(_machine).CheckRoomFor(new(1000, 1000));
    }

    [Fact]
    public async Task AddComponent_OneTooMany_IsRefusedAndTheOthersGoOn()
    {
        await using MessagingHost host = new(new() { Workers = 0, Machine = _machine });
        Component first = host.AddComponent("first", Source);
        MessagingEndpoint client = host.AddEndpoint("client");
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
        Assert.EndsWith("; buy more things.", e.Message, StringComparison.Ordinal);
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
    [InlineData("memory", 16, "more than 16 memories")]
    [InlineData("table", 100, "more than 100 tables")]
    public async Task AddComponent_MoreParts_ThanAnyNeeds_IsRefused(string part, int most, string reason)
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
            host.AddComponent("more", ComponentSource.FromText(With(most + 1)))
        );

        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    private sealed class FakeMachine : IMachine
    {
        public const long Limit = 10_000;
        public const long Reserve = 1_000;
        public const long PerMemory = 10;
        public const long PerModule = 3;

        public long Used { get; set; }

        public bool IsUnknown { get; set; }

        public int Looks { get; private set; }

        public IReadOnlyList<MachineResource> Look()
        {
            Looks++;
            MachineResource plenty = new("much", "", 0, long.MaxValue, 1, 0);
            MachineResource things = new(
                "the limit of things",
                "buy more things",
                Used,
                Limit,
                PerMemory,
                Reserve,
                PerModule
            );
            return IsUnknown ? [] : [plenty, things, plenty];
        }
    }
}
