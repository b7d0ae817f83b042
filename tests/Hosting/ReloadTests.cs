using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace FireAndForget.Tests.Hosting;

/// <summary>What changes while a service runs: settings, topology files, folders of plug-ins.</summary>
public sealed class ReloadTests : IDisposable
{
    private readonly TestService _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task Plugins_FilesThatComeChangeAndGo_AreComponents()
    {
        _test.Put("echo-handler.wat", "plugins/Mirror.wat");
        int answers = 0;
        using IHost service = await _test.StartAsync(faf =>
            faf.AddPlugins(
                    "plugins",
                    p => p.For("*", c => c.MaxMessageBytes = 5).For("m*.wat", c => c.SendsTo.Add("client"))
                )
                .AddEndpoint("client", _ => Interlocked.Increment(ref answers))
        );
        MessagingHost host = service.Services.GetRequiredService<MessagingHost>();
        MessagingEndpoint client = service.Services.GetRequiredKeyedService<MessagingEndpoint>("client");
        Assert.Equal(["mirror"], IdsOf(host));

        _test.Put("echo-handler.wat", "plugins/second.wat");
        await TestService.UntilAsync(
            () => IdsOf(host).SequenceEqual(["mirror", "second"]),
            "the new file is a component"
        );

        // Both echo; the options of one go by a pattern that the other's name does not match.
        client.Send("mirror", [0]);
        client.Send("second", [0]);
        Assert.Equal(SendStatus.PayloadTooLarge, client.Send("second", new byte[6]));
        await host.DrainAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, answers);
        Assert.True(host.TryGetComponent("second", out Component? second));
        Assert.Equal(1, second.CountRefused(SendStatus.CapabilityDenied));

        // Another version, which rejects what the first handled.
        _test.Put("rejecting-handler.wat", "plugins/Mirror.wat");
        await TestService.UntilAsync(
            () =>
                _test.Lines.Any(line =>
                    line.StartsWith("Information: Component mirror was replaced", StringComparison.Ordinal)
                ),
            "the changed file replaced its component"
        );
        client.Send("mirror", [0]);
        await host.DrainAsync(TestContext.Current.CancellationToken);
        Assert.True(host.TryGetComponent("mirror", out Component? mirror));
        Assert.Equal(1, mirror.Statistics.Rejected);

        // One that cannot be loaded: the old one goes on.
        _test.Write("plugins/Mirror.wat", "(module");
        await TestService.UntilAsync(
            () => _test.Lines.Any(line => line.Contains("'mirror' stays as it is", StringComparison.Ordinal)),
            "the bad version is told of"
        );
        client.Send("mirror", [0]);
        await host.DrainAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, mirror.Statistics.Rejected);

        File.Delete(Path.Combine(_test.Folder, "plugins", "second.wat"));
        await TestService.UntilAsync(
            () => IdsOf(host).SequenceEqual(["mirror"]),
            "the deleted file's component is gone"
        );
        await service.StopAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A guest that came to its end stays so until its file is another one, which may be the cure.</summary>
    [Fact]
    public async Task Plugins_OneThatStoppedForGood_ComesBackWithAnotherFile()
    {
        Directory.CreateDirectory(Path.Combine(_test.Folder, "plugins"));
        _test.Write(
            "plugins/ends.wat",
            """
            (module
              (memory (export "memory") 1)
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
              (func (export "handle-message") (param i32 i32 i32 i32) (result i32) unreachable))
            """
        );
        using IHost service = await _test.StartAsync(faf =>
            faf.AddPlugins("plugins", p => p.For("*", c => c.Restart.Max = 0)).AddEndpoint("client")
        );
        MessagingHost host = service.Services.GetRequiredService<MessagingHost>();
        MessagingEndpoint client = service.Services.GetRequiredKeyedService<MessagingEndpoint>("client");
        client.Send("ends", [1]);
        await host.DrainAsync(TestContext.Current.CancellationToken);
        Assert.Equal(SendStatus.Closed, client.Send("ends", [1]));

        _test.Put("rejecting-handler.wat", "plugins/ends.wat");
        await TestService.UntilAsync(() => client.Send("ends", [1]) == SendStatus.Accepted, "it is there again");
        await service.StopAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The log never shows the values of a guest's environment; a change of one is a change all the same.</summary>
    [Fact]
    public async Task Settings_AValueOfTheEnvironment_TakesEffect()
    {
        _test.Put("echo-handler.wat", "mirror.wat");
        _test.Set(
            ("FireAndForget:components:0:id", "mirror"),
            ("FireAndForget:components:0:path", "mirror.wat"),
            ("FireAndForget:components:0:wasi:environment:KEY", "before")
        );
        IConfigurationRoot configuration = _test.Builder.Configuration;
        using IHost service = await _test.StartAsync(faf =>
            faf.Bind(_test.Builder.Configuration.GetSection("FireAndForget")).AddEndpoint("client")
        );
        MessagingHost host = service.Services.GetRequiredService<MessagingHost>();
        Assert.True(host.TryGetComponent("mirror", out Component? mirror));

        configuration["FireAndForget:components:0:wasi:environment:KEY"] = "after";
        configuration.Reload();
        await TestService.UntilAsync(() => mirror.Options.Wasi.Environment["KEY"] == "after", "it has the other value");
        Assert.DoesNotContain(_test.Lines, line => line.Contains("after", StringComparison.Ordinal));
        await service.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Settings_TopicsThatChange_ChangeWithoutAFreshInstance()
    {
        _test.Put("echo-handler.wat", "mirror.wat");
        _test.Set(
            ("FireAndForget:Workers", "1"),
            ("FireAndForget:components:0:id", "mirror"),
            ("FireAndForget:components:0:path", "mirror.wat"),
            ("FireAndForget:components:0:subscribes-to:0", "news"),
            ("FireAndForget:endpoints:0:id", "client"),
            ("FireAndForget:endpoints:0:subscribes-to:0", "news"),
            ("FireAndForget:endpoints:1", "other")
        );
        IConfigurationRoot configuration = _test.Builder.Configuration;
        using IHost service = await _test.StartAsync(faf =>
            faf.Bind(_test.Builder.Configuration.GetSection("FireAndForget"))
                .AddEndpoint("client", _ => { })
                .AddEndpoint("other")
        );
        MessagingHost host = service.Services.GetRequiredService<MessagingHost>();
        Assert.True(host.TryGetComponent("mirror", out Component? mirror));
        Assert.True(host.TryGetEndpoint("client", out MessagingEndpoint? client));
        Assert.Equal(["news"], mirror.Subscriptions);
        Assert.Equal(["news"], client.Subscriptions);

        _test.Set(
            ("FireAndForget:components:0:subscribes-to:0", "sport"),
            ("FireAndForget:components:0:publishes-to:0", "mirrored"),
            ("FireAndForget:endpoints:0:subscribes-to:0", "sport")
        );
        configuration.Reload();
        await TestService.UntilAsync(
            () => mirror.Subscriptions.SequenceEqual(["sport"]) && client.Subscriptions.SequenceEqual(["sport"]),
            "the topics are other ones"
        );
        Assert.DoesNotContain(_test.Lines, line => line.Contains("was replaced", StringComparison.Ordinal));
        await service.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Settings_ThatChange_AreAppliedOrSaidWhyNot()
    {
        _test.Put("echo-handler.wat", "mirror.wat");
        _test.Set(
            ("FireAndForget:Workers", "1"),
            ("FireAndForget:components:0:id", "mirror"),
            ("FireAndForget:components:0:path", "mirror.wat"),
            ("FireAndForget:components:0:sends-to:0", "client"),
            ("FireAndForget:components:0:receives-from:0", "client")
        );
        IConfigurationRoot configuration = _test.Builder.Configuration;
        using IHost service = await _test.StartAsync(faf =>
            faf.Bind(_test.Builder.Configuration.GetSection("FireAndForget"))
                .AddEndpoint("client", _ => { })
                .AddEndpoint("other")
        );
        MessagingHost host = service.Services.GetRequiredService<MessagingHost>();
        MessagingEndpoint client = service.Services.GetRequiredKeyedService<MessagingEndpoint>("client");
        MessagingEndpoint other = service.Services.GetRequiredKeyedService<MessagingEndpoint>("other");
        Assert.Equal(SendStatus.CapabilityDenied, other.Send("mirror", [0]));

        configuration["FireAndForget:components:0:receives-from:0"] = "other";
        configuration.Reload();
        await TestService.UntilAsync(() => other.Send("mirror", [0]) == SendStatus.Accepted, "others may send now");
        // What the list has no more was revoked before what it has now was granted.
        Assert.Equal(SendStatus.CapabilityDenied, client.Send("mirror", [0]));
        configuration["FireAndForget:components:0:sends-to:0"] = "other";
        configuration.Reload();
        Assert.True(host.TryGetComponent("mirror", out Component? mirror));
        await TestService.UntilAsync(() => mirror.SendsTo.SequenceEqual(["other"]), "it may send to others alone");
        // A capability alone is changed without a fresh guest.
        Assert.DoesNotContain(_test.Lines, line => line.Contains("was replaced", StringComparison.Ordinal));

        configuration["FireAndForget:components:0:max-message-bytes"] = "2";
        configuration.Reload();
        await TestService.UntilAsync(
            () => other.Send("mirror", [0, 1, 2]) == SendStatus.PayloadTooLarge,
            "the limit is another"
        );

        configuration["FireAndForget:components:0:mailbox:messages"] = "7";
        configuration.Reload();
        await TestService.UntilAsync(
            () =>
                _test.Lines.Any(line =>
                    line.StartsWith("Error: ", StringComparison.Ordinal)
                    && line.Contains("mailbox", StringComparison.Ordinal)
                ),
            "the log says that the mailbox stays"
        );

        configuration["FireAndForget:Workers"] = "2";
        configuration.Reload();
        await TestService.UntilAsync(
            () =>
                _test.Lines.Any(line =>
                    line.StartsWith(
                        "Warning: The host's own options hold from the next start",
                        StringComparison.Ordinal
                    )
                ),
            "the log says that workers hold from the next start"
        );

        configuration["FireAndForget:components:0:sends-to:0"] = "NOBODY";
        configuration.Reload();
        await TestService.UntilAsync(
            () =>
                _test.Lines.Any(line =>
                    line.Contains("FireAndForget:components:0:sends-to:0", StringComparison.Ordinal)
                    || line.Contains("sends-to", StringComparison.Ordinal)
                        && line.StartsWith("Error", StringComparison.Ordinal)
                ),
            "the log says what is wrong"
        );
        Assert.Equal(["mirror"], IdsOf(host));
        await service.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Topology_ThatIsReloaded_AddsChangesAndRemoves()
    {
        _test.Put("echo-handler.wat", "mirror.wat");
        _test.Write("topology.json", """{ "components": [{ "id": "a", "path": "mirror.wat" }] }""");
        using IHost service = await _test.StartAsync(faf =>
            faf.AddTopology("topology.json", reload: true).AddEndpoint("client")
        );
        MessagingHost host = service.Services.GetRequiredService<MessagingHost>();
        Assert.Equal(["a"], IdsOf(host));

        _test.Write(
            "topology.json",
            """{ "components": [{ "id": "b", "path": "mirror.wat" }, { "id": "c", "path": "mirror.wat" }] }"""
        );
        await TestService.UntilAsync(() => IdsOf(host).SequenceEqual(["b", "c"]), "the file's components are there");

        _test.Write("topology.json", """{ "components": [{ "id": "b", "pfad": "mirror.wat" }] }""");
        await TestService.UntilAsync(
            () => _test.Lines.Any(line => line.Contains("pfad", StringComparison.Ordinal)),
            "the log says what is wrong"
        );
        Assert.Equal(["b", "c"], IdsOf(host));
        await service.StopAsync(TestContext.Current.CancellationToken);
    }

    private static IEnumerable<string> IdsOf(MessagingHost host) => host.Components.Select(c => c.Id).Order();
}
