using System.Text;
using FireAndForget.Guests;
using FireAndForget.Guests.Instances;
using FireAndForget.Mailboxes;
using Xunit;

namespace FireAndForget.Tests.Guests;

/// <summary>
/// A guest may give all of its memory as a target or topic. Each look at that takes many ticks of the budget, so that one is taken, which
/// counts them, and the rest of the host gets the beginning: a guest with a budget of 1 s kept its worker for 28 s.
/// </summary>
public sealed class LongNameTests : IGuestHost
{
    /// <summary>Where the name ends, in pages of its memory.</summary>
    private const int Pages = 2;

    private readonly List<byte[]> _names = [];

    public ReadOnlySpan<byte> SelfId => "self"u8;

    public bool IsAborting => false;

    public ReadOnlySpan<byte> IdOf(uint sender) => "sender"u8;

    public SendStatus? Send(ReadOnlySpan<byte> target, ReadOnlySpan<byte> message) => Keep(target);

    public SendStatus? Publish(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> message, out uint accepted)
    {
        accepted = 0;
        return Keep(topic);
    }

    public SendStatus? Request(ReadOnlySpan<byte> target, ReadOnlySpan<byte> message, uint timeoutMs, out ulong number)
    {
        number = 0;
        return Keep(target);
    }

    public SendStatus? SendLater(ReadOnlySpan<byte> target, ReadOnlySpan<byte> message, ulong delayMs, out ulong number)
    {
        number = 0;
        return Keep(target);
    }

    public static TheoryData<string> Sends =>
        [
            "(call $send (i32.const 0) (i32.const {0}) (i32.const 0) (i32.const 0))",
            "(call $publish (i32.const 0) (i32.const {0}) (i32.const 0) (i32.const 0) (i32.const 131072))",
            "(call $request (i32.const 0) (i32.const {0}) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 131072))",
            "(call $send-later (i32.const 0) (i32.const {0}) (i32.const 0) (i32.const 0) (i64.const 0) (i32.const 131072))",
        ];

    /// <summary>The beginning ends with a whole character, and is longer than any id, which has 128 bytes.</summary>
    [Theory]
    [MemberData(nameof(Sends))]
    public void Send_UnderALongName_HandsOnItsBeginning(string send)
    {
        Assert.Null(Deliver(send, length: Pages * 65_536).Fault);

        string name = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Assert.Single(_names));
        Assert.InRange(name.Length, 129, 1024);
        Assert.All(name, character => Assert.Equal('é', character));
    }

    /// <summary>The name's last character is cut off.</summary>
    [Theory]
    [MemberData(nameof(Sends))]
    public void Send_UnderALongNameThatIsNoUtf8_Traps(string send)
    {
        Delivery delivery = Deliver(send, length: (Pages * 65_536) - 1);

        Assert.EndsWith(" is not UTF-8", delivery.Fault!.Reason, StringComparison.Ordinal);
        Assert.Empty(_names);
    }

    private SendStatus Keep(ReadOnlySpan<byte> name)
    {
        _names.Add(name.ToArray());
        return SendStatus.InvalidMessage;
    }

    /// <summary>Has a guest send once, under a name of so many bytes of its memory.</summary>
    private Delivery Deliver(string send, int length)
    {
        string call = string.Format(System.Globalization.CultureInfo.InvariantCulture, send, length);
        string wat = $"""
            (module
              (import "host-messaging" "send" (func $send (param i32 i32 i32 i32) (result i32)))
              (import "host-messaging" "publish" (func $publish (param i32 i32 i32 i32 i32) (result i32)))
              (import "host-messaging" "request" (func $request (param i32 i32 i32 i32 i32 i32) (result i32)))
              (import "host-messaging" "send-later" (func $send-later (param i32 i32 i32 i32 i64 i32) (result i32)))
              (memory (export "memory") {Pages + 1})
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 131072))
              (func (export "handle-message") (param i32 i32 i32 i32) (result i32)
                (local $at i32)
                (loop $fill
                  (i32.store16 (local.get $at) (i32.const 0xA9C3))
                  (local.set $at (i32.add (local.get $at) (i32.const 2)))
                  (br_if $fill (i32.lt_u (local.get $at) (i32.const 131072))))
                (drop {call})
                (i32.const 0)))
            """;
        using GuestLoader loader = new();
        GuestCode code = loader.Load(ComponentSource.FromText(wat));
        try
        {
            using Guest guest = code.Instantiate(this, new());
            RingMailbox mailbox = new(new());
            Assert.Equal(SendStatus.Accepted, mailbox.TryEnqueue(0, [0]));
            return guest.Deliver(mailbox, 1);
        }
        finally
        {
            loader.Release(code);
        }
    }
}
