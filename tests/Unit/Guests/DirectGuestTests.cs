using FireAndForget.Guests.Direct;
using Xunit;

namespace FireAndForget.Tests.Guests;

/// <summary>A core module, which only the direct runtime runs.</summary>
public sealed class DirectGuestTests() : GuestContract(Text, prefersComponentApi: false)
{
    private const string Text = """
        (module
          (memory (export "memory") 2)
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
          (func (export "handle-message") (param i32 i32 i32 i32) (result i32)
            (if (i32.eq (i32.load8_u (local.get 2)) (i32.const 0xFF)) (then (unreachable)))
            (i32.load8_u (local.get 2))))
        """;

    protected override int AnswerTo(byte first) => first;

    [Fact]
    public void Load_CoreModule_IsDirect() => Assert.IsType<DirectCode>(Code);

    /// <summary>
    /// With thousands of guests each turn comes some ticks after the last. If those met the guest, each turn would begin with a call of the
    /// engine back into the host.
    /// </summary>
    [Fact]
    public void Deliver_TicksSinceItsLastTurn_DoNotMeetIt()
    {
        for (int turn = 0; turn < 5; turn++)
        {
            SendFrom(0);
            Assert.Equal((1, 0), (DeliverAndRelease(), TicksMet));
            Tick();
            Tick();
        }
    }

    [Fact]
    public void Deliver_MoreSendersThanPlaces_EndsTheBatchBeforeAPlaceIsNeededTwice()
    {
        for (uint sender = 0; sender < 300; sender++)
        {
            SendFrom(sender);
        }

        Assert.Equal((256, 44), (DeliverAndRelease(), DeliverAndRelease()));
    }
}
