using FireAndForget.Guests;
using FireAndForget.Guests.Direct;
using FireAndForget.Mailboxes;
using FireAndForget.Messages;
using Wasmtime;
using Xunit;

namespace FireAndForget.Tests.Guests;

/// <summary>The tray's layout stands in two places, C# and WAT: they must be the same.</summary>
public class TrayLayoutTests
{
    private const string Guest = """
        (module
          (memory (export "memory") 1)
          (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0))
          (func (export "handle-message") (param i32 i32 i32 i32) (result i32) (i32.const 0))
          (func (export "post-return") (param i32)))
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Courier_Globals_AreThoseOfTheLayout(bool postReturn)
    {
        using Engine engine = GuestLoader.CreateEngine();
        using Store store = new(engine);
        using TrayMemory trays = new(engine);
        using Module guestModule = Module.FromText(engine, "guest", Guest);
        using Module courierModule = Module.FromText(engine, "courier", Courier.Text(postReturn));
        using Linker linker = new(engine);
        trays.Define(linker, store);
        linker.DefineInstance(store, "guest", new Instance(store, guestModule));

        Instance courier = linker.Instantiate(store, courierModule);

        Assert.Equal(TrayLayout.SenderLengths, courier.GetGlobal("sender-lengths")!.GetValue());
        Assert.Equal(TrayLayout.SenderTexts, courier.GetGlobal("sender-texts")!.GetValue());
        Assert.Equal(TrayLayout.Slots, courier.GetGlobal("slots")!.GetValue());
        Assert.Equal(TrayLayout.Bytes, courier.GetGlobal("bytes")!.GetValue());
    }

    [Fact]
    public void Parts_InTheirOrder_DoNotOverlap()
    {
        Assert.True(TrayLayout.Stop + 4 <= TrayLayout.SenderLengths);
        Assert.True(TrayLayout.SenderLengths + (4 * TrayLayout.Senders) <= TrayLayout.SenderTexts);
        Assert.True(TrayLayout.SenderTexts + (MessageId.MaxLength * TrayLayout.Senders) <= TrayLayout.Slots);
        Assert.True(TrayLayout.Slots + (MessageSlot.Size * TrayLayout.MaxSlots) <= TrayLayout.Bytes);
        Assert.True(TrayLayout.Bytes + Mailbox.LargestInBatch <= TrayLayout.Size);
    }
}
