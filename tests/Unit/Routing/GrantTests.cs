using FireAndForget.Mailboxes;
using Xunit;

namespace FireAndForget.Tests.Routing;

/// <summary>Capabilities that change while the host runs: the next send is decided with them.</summary>
public sealed class GrantTests : IAsyncLifetime
{
    private readonly MessagingHost _host = new(new() { Workers = 0 });
    private readonly MessagingEndpoint _client;
    private int _received;

    public GrantTests()
    {
        _client = _host.AddEndpoint("client");
        _host.AddEndpoint("target", _ => _received++);
        _host.AddComponent("forwarder", ComponentSource.FromText(ForwarderWat.Text));
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public void Grant_ToAComponent_ItsNextSendGetsThrough()
    {
        Assert.Equal(0, ForwardOne());

        Assert.True(_host.Grant("forwarder", Capability.SendsTo, "target"));
        Assert.Equal(1, ForwardOne());
        Assert.Equal(1, ForwardOne());

        Assert.True(_host.Revoke("forwarder", Capability.SendsTo, "target"));
        Assert.Equal(0, ForwardOne());
    }

    [Fact]
    public void Revoke_FromAnEndpoint_ItsNextSendIsDenied()
    {
        PreparedSender prepared = _client.Prepare("target");
        Assert.Equal(SendStatus.Accepted, prepared.Send([1]));

        Assert.True(_host.Revoke("client", Capability.SendsTo, "*"));
        Assert.Equal(SendStatus.CapabilityDenied, prepared.Send([1]));
        Assert.Equal(SendStatus.CapabilityDenied, _client.Send("target", [1]));

        Assert.True(_host.Grant("client", Capability.SendsTo, "targ*"));
        Assert.Equal(SendStatus.Accepted, prepared.Send([1]));
        Assert.Equal(SendStatus.Accepted, _client.Send("target", [1]));
        Assert.Equal(SendStatus.CapabilityDenied, _client.Send("forwarder", [1]));
    }

    [Fact]
    public void Revoke_WhatATargetReceives_TheNextSendToItIsDenied()
    {
        Assert.Equal(SendStatus.Accepted, _client.Send("target", [1]));

        Assert.True(_host.Revoke("target", Capability.ReceivesFrom, "*"));
        Assert.Equal(SendStatus.CapabilityDenied, _client.Send("target", [1]));

        Assert.True(_host.Grant("target", Capability.ReceivesFrom, "client"));
        Assert.Equal(SendStatus.Accepted, _client.Send("target", [1]));
    }

    [Fact]
    public void Revoke_AMessageThatWaits_IsDeliveredAllTheSame()
    {
        _client.Send("target", [1]);

        _host.Revoke("client", Capability.SendsTo, "*");
        _host.Pump();

        Assert.Equal(1, _received);
    }

    [Fact]
    public void Grant_TheSameTwice_ChangesNothing()
    {
        Assert.True(_host.Grant("forwarder", Capability.SendsTo, "target"));
        Assert.False(_host.Grant("forwarder", Capability.SendsTo, "target"));

        Assert.True(_host.Revoke("forwarder", Capability.SendsTo, "target"));
        Assert.False(_host.Revoke("forwarder", Capability.SendsTo, "target"));
        Assert.Equal(0, ForwardOne());
    }

    /// <summary>Patterns are what is granted: a wider one goes on allowing what it covers.</summary>
    [Fact]
    public void Revoke_PartOfAWiderPattern_ChangesNothing()
    {
        Assert.False(_host.Revoke("client", Capability.SendsTo, "target"));
        Assert.False(_host.Revoke("client", Capability.SendsTo, "targ*"));

        Assert.Equal(SendStatus.Accepted, _client.Send("target", [1]));
    }

    [Fact]
    public void Grant_ToAReplacedComponent_IsForThatRegistrationOnly()
    {
        _host.Grant("forwarder", Capability.SendsTo, "target");

        _host.Remove("forwarder");
        _host.AddComponent("forwarder", ComponentSource.FromText(ForwarderWat.Text));

        Assert.Equal(0, ForwardOne());
    }

    [Fact]
    public void Grant_UnknownId_NamesIt()
    {
        foreach (Func<string, Capability, string, bool> change in Changes)
        {
            ArgumentException error = Assert.Throws<ArgumentException>(() => change("no\nbody", default, "*"));

            Assert.Equal("id", error.ParamName);
            Assert.Contains("Nothing is registered under 'no\\u000abody'", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("Target")]
    [InlineData("ta*get")]
    [InlineData("**")]
    [InlineData("t\u0430rget")]
    public void Grant_WrongPattern_NamesIt(string pattern)
    {
        foreach (Func<string, Capability, string, bool> change in Changes)
        {
            ArgumentException error = Assert.Throws<ArgumentException>(() => change("client", default, pattern));

            Assert.Equal("pattern", error.ParamName);
            Assert.Contains("is not a pattern", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Grant_NullOrNoCapability_Throws()
    {
        foreach (Func<string, Capability, string, bool> change in Changes)
        {
            Assert.Throws<ArgumentNullException>("id", () => change(null!, default, "*"));
            Assert.Throws<ArgumentNullException>("pattern", () => change("client", default, null!));
            Assert.Throws<ArgumentOutOfRangeException>(() => change("client", (Capability)4, "*"));
        }
    }

    [Fact]
    public async Task Grant_ToAStoppedHost_Throws()
    {
        await _host.DisposeAsync();

        foreach (Func<string, Capability, string, bool> change in Changes)
        {
            Assert.Throws<ObjectDisposedException>(() => change("client", default, "*"));
        }
    }

    [Fact]
    public void Grant_ReceivingToAnEndpointWithoutHandler_IsRefused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() =>
            _host.Grant("client", Capability.ReceivesFrom, "*")
        );

        Assert.Contains("without a handler", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A thread that sends all the time sees each change with the first send that it begins after the change.</summary>
    [Fact]
    public async Task Grant_WhileAnotherThreadSends_IsSeenByItsNextSend()
    {
        const int Changes = 500;
        await using MessagingHost host = new(new() { Workers = 1 });
        MessagingEndpoint client = host.AddEndpoint("client");
        host.AddEndpoint("target", _ => { }, new() { Mailbox = MailboxOptions.Unbounded });
        // Even while the capability is granted, odd while it is revoked; written after the change it tells of.
        int settled = 0;
        // Set before the next change begins, so that a send knows whether one came in between.
        int begun = 0;
        int seen = 0;
        string? wrong = null;
        Thread sender = new(() =>
        {
            while (Volatile.Read(ref settled) < Changes)
            {
                int before = Volatile.Read(ref settled);
                SendStatus status = client.Send("target", [1]);
                SendStatus expected = before % 2 == 0 ? SendStatus.Accepted : SendStatus.CapabilityDenied;
                if (Volatile.Read(ref begun) == before)
                {
                    wrong ??= status == expected ? null : $"After change {before} a send was {status}.";
                    Volatile.Write(ref seen, before + 1);
                }
            }
        });
        sender.Start();
        try
        {
            for (int change = 1; change <= Changes; change++)
            {
                SpinWait spin = default;
                while (Volatile.Read(ref seen) != change)
                {
                    spin.SpinOnce(sleep1Threshold: -1);
                }

                Interlocked.Exchange(ref begun, change);
                Assert.True(
                    change % 2 == 0
                        ? host.Grant("client", Capability.SendsTo, "*")
                        : host.Revoke("client", Capability.SendsTo, "*")
                );
                Interlocked.Exchange(ref settled, change);
            }
        }
        finally
        {
            Volatile.Write(ref settled, Changes);
            sender.Join();
        }

        Assert.Null(wrong);
    }

    private Func<string, Capability, string, bool>[] Changes => [_host.Grant, _host.Revoke];

    private int ForwardOne()
    {
        int before = _received;
        Assert.Equal(SendStatus.Accepted, _client.Send("forwarder", [1]));
        _host.Pump();
        return _received - before;
    }
}
