using System.Text;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>A <see cref="ChannelGuest"/> that runs.</summary>
internal sealed class ChannelRun(
    int workers = 1,
    string? wat = null,
    TimeSpan? budget = null,
    TimeProvider? time = null
) : StepRun(wat ?? ChannelGuest.Component, workers, budget, time)
{
    /// <summary>The text in the data that it sent, up to the first zero, each time that it did.</summary>
    public IReadOnlyList<string> Texts => [.. Received.Select(Text)];

    /// <summary>Sends steps behind which it returns and reports, and gives the registers.</summary>
    public async Task<int[]> RunAsync(ChannelGuest.Steps steps)
    {
        Send(steps.Return().Report());
        await Host.SettleAsync();
        Assert.Equal([], Host.DeadLetters.Select(letter => letter.Reason));
        return Reports[^1];
    }

    /// <summary>Sends steps that trap, and says why; the guest has to handle the next message.</summary>
    public async Task<string> TrapAsync(ChannelGuest.Steps steps)
    {
        Send(steps);
        Send(new ChannelGuest.Steps().Return());
        HostStatistics statistics = await Host.SettleAsync();
        Assert.Equal((1, 1), (statistics.Trapped, statistics.Handled));
        return Assert.Single(Host.DeadLetters).Reason;
    }

    private static string Text(byte[] report)
    {
        ReadOnlySpan<byte> data = report.AsSpan(RegisterBytes);
        return Encoding.Latin1.GetString(data[..data.IndexOf((byte)0)]);
    }
}
