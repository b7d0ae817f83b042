using FireAndForget.Guests.Instances;
using FireAndForget.Tests.Guests;
using Xunit;

namespace FireAndForget.Tests.Agreement;

/// <summary>The canonical ABI's bound of strings and lists, 2^28 - 1 bytes, where a guest has so much memory.</summary>
public class ListLengthTests
{
    private static readonly ComponentOptions Large = ScenarioGuest.Free.With(o =>
        o.Limits = new() { MemoryBytes = 300 << 20, MessageTimeout = TimeSpan.Zero }
    );

    /// <summary>Sends a target and a message with as many bytes as the message that it gets says, two numbers of 32 bits.</summary>
    private static readonly string Guest = $"""
        (component
          {MessengerWat.HostMessaging()}
          (core module $memory (memory (export "memory") 4097))
          (core instance $mem (instantiate $memory))
          (core func $send (canon lower (func $host "send") (memory (core memory $mem "memory"))))
          (core module $m
            (import "mem" "memory" (memory 1))
            (import "host" "send" (func $send (param i32 i32 i32 i32 i32)))
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))
            (func (export "handle-message") (param i32 i32 i32 i32) (result i32)
              (call $send
                (i32.const 0) (i32.load (local.get 2)) (i32.const 0) (i32.load offset=4 (local.get 2)) (i32.const 16))
              (i32.load8_u (i32.const 16))))
          (core instance $i (instantiate $m
            (with "mem" (instance $mem))
            (with "host" (instance (export "send" (func $send))))))
          (func $h {MessengerWat.HandleType}
            (canon lift (core func $i "handle-message")
              (memory (core memory $mem "memory")) (realloc (core func $i "cabi_realloc"))))
          (export "handle-message" (func $h)))
        """;

    [Theory]
    [InlineData(1 << 28, 0)]
    [InlineData(0, 1 << 28)]
    public void Send_OneByteMoreThanAListMayHave_Traps(int target, int message)
    {
        foreach (GuestRuntime runtime in new[] { GuestRuntime.Direct, GuestRuntime.ComponentApi })
        {
            Observations observations = ScenarioHarness.Run(
                new([new("guest", Guest, Large)], [ScenarioStep.Send([.. Number(target), .. Number(message)])]),
                runtime
            );

            Assert.Contains(observations.Lines, line => line.Contains("Trapped:", StringComparison.Ordinal));
        }
    }

    /// <summary>The component API lifts each byte to a value of its own, and traps long before.</summary>
    [Fact]
    public void Send_AsMuchAsAListMayHave_IsAnswered()
    {
        Observations observations = ScenarioHarness.Run(
            new([new("guest", Guest, Large)], [ScenarioStep.Send([.. Number(0), .. Number((1 << 28) - 1)])]),
            GuestRuntime.Direct
        );

        Assert.Contains(observations.Lines, line => line.Contains("Rejected", StringComparison.Ordinal));
        Assert.DoesNotContain(observations.Lines, line => line.Contains("Trapped:", StringComparison.Ordinal));
    }

    private static byte[] Number(int number) => BitConverter.GetBytes(number);
}
