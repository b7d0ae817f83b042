using FireAndForget.Guests.ComponentApi;
using Xunit;

namespace FireAndForget.Tests.Guests;

/// <summary>A component that both runtimes could run, in the component API.</summary>
public sealed class ComponentApiGuestTests() : GuestContract(Text, prefersComponentApi: true)
{
    private const string Text = """
        (component
          (core module $main
            (memory (export "memory") 2)
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
            (func (export "handle-message") (param i32 i32 i32 i32) (result i32)
              (if (i32.eq (i32.load8_u (local.get 2)) (i32.const 0xFF)) (then (unreachable)))
              (i32.ne (i32.load8_u (local.get 2)) (i32.const 0))))
          (core instance $main (instantiate $main))
          (func (export "handle-message") (param "sender" string) (param "message" (list u8)) (result (result))
            (canon lift (core func $main "handle-message")
              (memory (core memory $main "memory")) (realloc (core func $main "cabi_realloc")))))
        """;

    protected override int AnswerTo(byte first) => first == 0 ? 0 : 1;

    [Fact]
    public void Load_ComponentThatIsForced_IsOfTheComponentApiWithAMemoryForEachDirection() =>
        Assert.Equal(3, Assert.IsType<ComponentApiCode>(Code).Memories);

    /// <summary>What is answered is settled soon, though each message takes long.</summary>
    [Fact]
    public void Deliver_VeryMany_EndsTheBatchAtSixtyFour()
    {
        for (uint sender = 0; sender < 100; sender++)
        {
            SendFrom(sender);
        }

        Assert.Equal((64, 36), (DeliverAndRelease(), DeliverAndRelease()));
    }
}
