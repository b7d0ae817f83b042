using FireAndForget.Cli;
using FireAndForget.Tests.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary>The table of <c>faf run --watch</c>, drawn where a test can read it.</summary>
public sealed class WatchTableTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private readonly MessagingHost _host = new(new() { Workers = 0 });
    private readonly MessagingEndpoint _client;

    public WatchTableTests() => _client = _host.AddEndpoint("client");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public void Next_AfterMessages_ShowsDepthRatesOutcomesAndRestarts()
    {
        ObedientGuest.Add(_host, "guest");
        WatchTable table = new(_host, _time);
        Lines(table.Next(10, 200));
        Send(ObedientGuest.Handle, 6);
        Send(ObedientGuest.Reject, 3);
        Send(ObedientGuest.Trap, 1);
        _host.Pump();
        Send(ObedientGuest.Handle, 4);
        _client.Send("nobody", [0]);
        _time.Advance(TimeSpan.FromSeconds(2));

        string[] lines = Lines(table.Next(10, 200));

        Assert.Equal(
            ["receiver", "depth", "in/s", "out/s", "handled", "rejected", "trapped", "restarts"],
            Cells(lines[0])
        );
        // 14 came and 10 went in two seconds.
        Assert.Equal(
            ["guest", "4", "7", "5", "6", "3", "1", "1"],
            Cells(Assert.Single(lines, l => l.Contains("guest", StringComparison.Ordinal)))
        );
        Assert.Equal("2 s; refused: target-not-found 1", lines[^1].Trim());
    }

    [Fact]
    public void Next_MoreReceiversThanRows_ShowsTheBusiestAndHowManyAreLeft()
    {
        ObedientGuest.Add(_host, "a-quiet");
        ObedientGuest.Add(_host, "guest");
        ObedientGuest.Add(_host, "z-quiet");
        Send(ObedientGuest.Handle, 1);

        string[] lines = Lines(new WatchTable(_host, _time).Next(1, 200));

        Assert.Contains(lines, line => line.Contains("guest", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("quiet", StringComparison.Ordinal));
        Assert.EndsWith("2 more receivers", lines[^1].Trim(), StringComparison.Ordinal);
    }

    /// <summary>The last look was once drawn before the host stopped, and showed messages as waiting that were not any more.</summary>
    [Fact]
    public async Task Last_AfterTheHostStopped_ShowsWhatBecameOfAll()
    {
        ObedientGuest.Add(_host, "guest");
        WatchTable table = new(_host, _time);
        Send(ObedientGuest.Handle, 6);
        _host.Pump();
        _time.Advance(TimeSpan.FromSeconds(2));
        Lines(table.Next(10, 200));
        Send(ObedientGuest.Handle, 4);
        _time.Advance(TimeSpan.FromSeconds(3));
        await _host.StopAsync(TimeSpan.Zero, TestContext.Current.CancellationToken);

        string[] lines = Lines(table.Last(10, 200));

        Assert.Equal(["receiver", "depth", "in/s", "out/s", "handled", "undeliverable", "restarts"], Cells(lines[0]));
        // 10 in five seconds.
        Assert.Equal(
            ["guest", "0", "2", "2", "6", "4", "0"],
            Cells(Assert.Single(lines, l => l.Contains("guest", StringComparison.Ordinal)))
        );
    }

    [Fact]
    public void Next_LongIdOnANarrowTerminal_CutsTheIdOffAndNoNumbers()
    {
        string id = $"guest-{new string('x', 60)}";
        ObedientGuest.Add(_host, id);
        string[] lines = Lines(new WatchTable(_host, _time).Next(10, 80));

        Assert.Equal(["receiver", "depth", "in/s", "out/s", "handled", "restarts"], Cells(lines[0]));
        string line = Assert.Single(lines, l => l.Contains("guest-xxx", StringComparison.Ordinal));
        Assert.EndsWith("…", Cells(line)[0], StringComparison.Ordinal);
        Assert.Equal(["0", "0", "0"], Cells(line)[^3..]);
        Assert.All(lines, l => Assert.True(l.Length < 80));
    }

    [Fact]
    public void Next_TerminalNarrowerThanTheNumbers_ShowsTheLeftOfTheTable()
    {
        ObedientGuest.Add(_host, "guest");

        string[] lines = Lines(new WatchTable(_host, _time).Next(10, 24));

        Assert.StartsWith("  receiver   depth", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("…", lines[0], StringComparison.Ordinal);
        Assert.All(lines, l => Assert.True(l.Length < 24));
    }

    private static string[] Lines(string[] lines) => [.. lines.Where(line => line.Length != 0)];

    private static string[] Cells(string line) =>
        line.Replace('│', ' ').Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private void Send(byte what, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(SendStatus.Accepted, _client.Send("guest", [what]));
        }
    }
}
