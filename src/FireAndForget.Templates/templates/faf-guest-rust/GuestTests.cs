using FireAndForget;
using FireAndForget.Testing;

namespace Guests;

/// <summary>The guest under the test kit: what it is sent, what it sends, and what becomes of that.</summary>
public sealed class GuestTests
{
    private static readonly string Guest = Path.Combine(AppContext.BaseDirectory, "guest.wasm");

    [Theory]
    [InlineData("hello", "olleh")]
    [InlineData("x", "x")]
    [InlineData("", "")]
    public async Task Message_OfAnySender_ComesBackReversed(string message, string answer)
    {
        await using ComponentTest guest = new(Guest, new() { SendsTo = ["test"] });

        (await guest.SendAsync(message)).AssertHandled();

        guest.AssertSent("test", answer);
        guest.AssertSentNothing();
    }

    [Fact]
    public async Task Message_WithoutTheRightToAnswer_IsRejected()
    {
        await using ComponentTest guest = new(Guest);

        (await guest.SendAsync("hello")).AssertOutcome(Outcome.Rejected);

        guest.TestHost.AssertRefused("component", "test", SendStatus.CapabilityDenied);
    }

    [Fact]
    public async Task Messages_OneAfterTheOther_AreAllHandled()
    {
        await using ComponentTest guest = new(Guest, new() { SendsTo = ["test"] });

        for (int i = 0; i < 100; i++)
        {
            (await guest.SendAsync(new byte[10_000])).AssertHandled();
        }

        guest.TestHost.AssertNothingFailed();
    }
}
