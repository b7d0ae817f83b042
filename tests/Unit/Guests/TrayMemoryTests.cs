using FireAndForget.Guests;
using FireAndForget.Guests.Direct;
using FireAndForget.Messages;
using Wasmtime;
using Xunit;

namespace FireAndForget.Tests.Guests;

/// <summary>The memory of the couriers' trays: one tray a thread, and none that belongs to two.</summary>
public class TrayMemoryTests
{
    [Fact]
    public void OfThisThread_Again_IsTheSame()
    {
        using Engine engine = GuestLoader.CreateEngine();
        using TrayMemory trays = new(engine);

        Assert.Same(trays.OfThisThread, trays.OfThisThread);
    }

    [Fact]
    public void OfThisThread_OfTwoEnginesInTurn_StaysTheOneOfEach()
    {
        using Engine engine = GuestLoader.CreateEngine();
        using TrayMemory trays = new(engine);
        using Engine otherEngine = GuestLoader.CreateEngine();
        using TrayMemory others = new(otherEngine);

        Tray tray = trays.OfThisThread;
        Tray other = others.OfThisThread;

        Assert.NotSame(tray, other);
        Assert.Same(tray, trays.OfThisThread);
        Assert.Same(other, others.OfThisThread);
    }

    [Fact]
    public void OfThisThread_OfManyThreadsAtOnce_DoNotOverlap()
    {
        const int Threads = 40;
        using Engine engine = GuestLoader.CreateEngine();
        using TrayMemory trays = new(engine);
        using Barrier all = new(Threads);
        Tray[] found = new Tray[Threads];
        bool[] isItsOwn = new bool[Threads];
        Thread[] threads =
        [
            .. Enumerable.Range(0, Threads).Select(number => new Thread(() => Use(number)) { IsBackground = true }),
        ];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.All(isItsOwn, Assert.True);
        int[] offsets = [.. found.Select(tray => tray.Offset).Order()];
        Assert.All(offsets.Zip(offsets.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TrayLayout.Size));

        void Use(int number)
        {
            Tray tray = trays.OfThisThread;
            found[number] = tray;
            tray.Slots.Fill(new MessageSlot { Sender = (uint)number });
            tray.Bytes.Fill((byte)number);
            // Every thread has filled its tray, and lives, while each looks at its own.
            all.SignalAndWait();
            isItsOwn[number] =
                tray.Bytes.IndexOfAnyExcept((byte)number) < 0
                && tray.Slots.ToArray().All(slot => slot.Sender == number);
            all.SignalAndWait();
        }
    }

    [Fact]
    public void Guest_WithASharedMemory_IsRefusedAlthoughTheEngineHasThem()
    {
        ComponentSource source = ComponentSource.FromText(
            """
            (module
              (memory (export "memory") 1 1 shared)
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0))
              (func (export "handle-message") (param i32 i32 i32 i32) (result i32) (i32.const 0)))
            """,
            "shared.wat"
        );
        using GuestLoader loader = new();

        var error = Assert.Throws<ComponentLoadException>(() => loader.Load(source));

        Assert.Contains("shared memory", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(drop (i32.atomic.load (i32.const 0)))")]
    [InlineData("(drop (memory.atomic.notify (i32.const 0) (i32.const 1)))")]
    [InlineData("(atomic.fence)")]
    public void Guest_WithAnInstructionOfThreads_IsRefusedAlthoughTheEngineHasThem(string instruction)
    {
        ComponentSource source = ComponentSource.FromText(
            $"""
            (module
              (memory (export "memory") 1)
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0))
              (func (export "handle-message") (param i32 i32 i32 i32) (result i32) {instruction} (i32.const 0)))
            """,
            "atomic.wat"
        );
        using GuestLoader loader = new();

        var error = Assert.Throws<ComponentLoadException>(() => loader.Load(source));

        Assert.Contains("threads", error.Message, StringComparison.Ordinal);
    }
}
