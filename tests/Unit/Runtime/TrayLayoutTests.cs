using FireAndForget.Guests.Direct;
using FireAndForget.Guests.Instances;
using FireAndForget.Mailboxes;
using FireAndForget.Messages;
using Wasmtime;
using Xunit;

namespace FireAndForget.Tests.Runtime;

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
        using Engine engine = new(new Config().WithMultiMemory(true));
        using Store store = new(engine);
        using Module guestModule = Module.FromText(engine, "guest", Guest);
        using Module courierModule = Module.FromText(engine, "courier", Courier.Text(postReturn));
        Instance guest = new(store, guestModule, []);
        object[] imports =
        [
            guest.GetMemory("memory")!,
            guest.GetFunction("realloc")!,
            guest.GetFunction("handle-message")!,
        ];
        Instance courier = new(
            store,
            courierModule,
            postReturn ? [.. imports, guest.GetFunction("post-return")!] : imports
        );

        Assert.Equal(TrayLayout.SenderLengths, courier.GetGlobal("sender-lengths")!.GetValue());
        Assert.Equal(TrayLayout.SenderTexts, courier.GetGlobal("sender-texts")!.GetValue());
        Assert.Equal(TrayLayout.Slots, courier.GetGlobal("slots")!.GetValue());
        Assert.Equal(TrayLayout.Bytes, courier.GetGlobal("bytes")!.GetValue());
        Memory tray = courier.GetMemory("tray")!;
        Assert.Equal(TrayLayout.Size, tray.GetLength());
        Assert.Equal(tray.Minimum, tray.Maximum);
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
