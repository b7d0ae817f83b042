using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests.Routing;

/// <summary>
/// What a version that replaces another may do: what its options say otherwise than those before, and else what was left of that.
/// </summary>
public sealed class ReplacedPolicyTests : IAsyncLifetime
{
    private static readonly ComponentSource Source = ComponentSource.FromText(ForwarderWat.Text);

    private static readonly ComponentOptions Before = new()
    {
        SendsTo = ["target"],
        ReceivesFrom = ["client"],
        Rate = new() { MessagesPerSecond = 1, Burst = 2 },
        Quota = new() { Messages = 3 },
    };

    private readonly FakeTimeProvider _time = new();
    private readonly MessagingHost _host;
    private readonly MessagingEndpoint _client;
    private readonly Component _component;
    private int _received;

    public ReplacedPolicyTests()
    {
        _host = new(new() { Workers = 0, TimeProvider = _time });
        _client = _host.AddEndpoint("client");
        _host.AddEndpoint("target", _ => _received++);
        _component = _host.AddComponent("forwarder", Source, Before);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public void OtherTargets_AreTheOnesThatItSendsTo()
    {
        _component.Replace(Source, Before.With(o => o.SendsTo = ["other"]));

        Assert.Equal((0, 1), Forward(1));
        Assert.Equal(1, _component.CountRefused(SendStatus.CapabilityDenied));
    }

    [Fact]
    public void OtherSenders_AreTheOnesThatItReceivesFrom()
    {
        _component.Replace(Source, Before.With(o => o.ReceivesFrom = ["other"]));

        Assert.Equal(SendStatus.CapabilityDenied, _client.Send("forwarder", [1]));
    }

    [Fact]
    public void OtherSize_IsTheOneThatItAccepts()
    {
        PreparedSender prepared = _client.Prepare("forwarder");
        Assert.Equal(SendStatus.Accepted, prepared.Send([1, 2]));

        _component.Replace(Source, Before.With(o => o.MaxMessageBytes = 1));

        Assert.Equal(SendStatus.PayloadTooLarge, prepared.Send([1, 2]));
    }

    /// <summary>Also where the new options say the same in another list.</summary>
    [Fact]
    public void SameTargetsAndSenders_WhatWasGrantedAndRevokedStays()
    {
        _host.Grant("forwarder", Capability.ReceivesFrom, "late");
        _host.Revoke("forwarder", Capability.SendsTo, "target");
        _component.Replace(
            Source,
            Before.With(o =>
            {
                o.SendsTo = ["target"];
                o.ReceivesFrom = ["client"];
                o.MaxMessageBytes = 9;
            })
        );

        Assert.Equal(SendStatus.Accepted, _host.AddEndpoint("late").Send("forwarder", [1]));
        Assert.Equal((0, 2), Forward(1));
    }

    [Fact]
    public void SameRateAndQuota_GoOnWhereTheyWere()
    {
        Assert.Equal((2, 0), Forward(2));
        _component.Replace(Source, Before.With(o => o.MaxMessageBytes = 9));

        Assert.Equal((0, 1), Forward(1));
        _time.Advance(TimeSpan.FromSeconds(5));
        // The rate has two again, the quota one.
        Assert.Equal((1, 1), Forward(2));
    }

    [Fact]
    public void OtherRate_RateAndQuotaBeginAnew()
    {
        Assert.Equal((2, 1), Forward(3));
        _component.Replace(Source, Before.With(o => o.Rate = new() { MessagesPerSecond = 1, Burst = 9 }));

        Assert.Equal((3, 1), Forward(4));
    }

    [Fact]
    public void OtherQuota_RateAndQuotaBeginAnew()
    {
        Assert.Equal((2, 1), Forward(3));
        _component.Replace(Source, Before.With(o => o.Quota = new() { Messages = 9 }));

        Assert.Equal((2, 1), Forward(3));
    }

    /// <summary>Sends the component so many messages, each of which it sends on.</summary>
    /// <returns>How many of them arrived, and how many of its sends were refused.</returns>
    private (int Received, long Refused) Forward(int messages)
    {
        _received = 0;
        long refused = _component.SendsRefused;
        for (int i = 0; i < messages; i++)
        {
            Assert.Equal(SendStatus.Accepted, _client.Send("forwarder", [1]));
        }

        _host.Pump();
        return (_received, _component.SendsRefused - refused);
    }
}
