using System.Diagnostics;
using FireAndForget.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace FireAndForget.Tests.Hosting;

/// <summary>What a folder of plug-ins may contain, and what may happen to it, that is no plug-in coming, changing or going.</summary>
public sealed class PluginFolderTests : IDisposable
{
    private readonly TestService _test = new();

    public void Dispose() => _test.Dispose();

    /// <summary>To open a pipe waits for a writer: the service did not come up, and nothing but a kill ended it.</summary>
    [Theory]
    [InlineData("plugins/pipe.wasm", "pipe")]
    [InlineData("plugins/pipe.wasm", "link to a pipe")]
    [InlineData("plugins/pipe.wasm", "nothing")]
    [InlineData("topology.json", "pipe")]
    public async Task Start_WithWhatIsNoRegularFile_IsRefusedWithoutOpeningIt(string file, string what)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no such files there.");
        _test.Write("topology.json", """{ "components": [] }""");
        Directory.CreateDirectory(PathOf("plugins"));
        await PutAsync(file, what);

        OptionsValidationException e = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            _test
                .StartAsync(faf => faf.AddPlugins("plugins").AddTopology("topology.json"))
                .WaitAsync(TestService.Patience, TestContext.Current.CancellationToken)
        );

        string failure = Assert.Single(e.Failures);
        Assert.Contains($"{file}: it is empty, or a pipe or device", failure, StringComparison.Ordinal);
    }

    /// <summary>The pipe was opened under the lock of changes, and no later one was applied.</summary>
    [Fact]
    public async Task Plugins_APipeThatComes_IsToldAndTheOthersAreApplied()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no such files there.");
        using IHost service = await StartAsync("mirror.wat");
        MessagingHost host = HostOf(service);

        await PutAsync("plugins/a-pipe.wasm", "pipe");
        _test.Put("echo-handler.wat", "plugins/second.wat");

        await TestService.UntilAsync(() => IdsOf(host).SequenceEqual(["mirror", "second"]), "the other one is there");
        Assert.Contains(
            _test.Lines,
            line => line.Contains("a-pipe.wasm: it is empty, or a pipe", StringComparison.Ordinal)
        );
        await service.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Plugins_OneThatSomebodyRemoved_StaysAwayUntilItsFileChanges()
    {
        using IHost service = await StartAsync("a.wat");
        MessagingHost host = HostOf(service);

        host.Remove("a");
        _test.Put("echo-handler.wat", "plugins/b.wat");
        await TestService.UntilAsync(() => IdsOf(host).Contains("b"), "the new one is there");
        Assert.Equal(["b"], IdsOf(host));

        _test.Put("rejecting-handler.wat", "plugins/a.wat");
        await TestService.UntilAsync(() => IdsOf(host).SequenceEqual(["a", "b"]), "the changed one is back");
        await service.StopAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>It was an error without names, and nothing else of the change was applied.</summary>
    [Fact]
    public async Task Plugins_TwoFilesOfOneId_AreNamedAndTheOthersAreApplied()
    {
        using IHost service = await StartAsync("mirror.wat");
        MessagingHost host = HostOf(service);

        _test.Put("rejecting-handler.wat", "plugins/mirror.wasm");
        _test.Put("echo-handler.wat", "plugins/second.wat");

        await TestService.UntilAsync(() => IdsOf(host).SequenceEqual(["mirror", "second"]), "the other one is there");
        Assert.Contains(_test.Lines, line => IsAmbiguity(line));
        Assert.DoesNotContain(_test.Lines, line => line.Contains("was replaced", StringComparison.Ordinal));
        await service.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Start_TwoFilesOfOneId_AreNamed()
    {
        _test.Put("echo-handler.wat", "plugins/mirror.wat");
        _test.Put("echo-handler.wat", "plugins/Mirror.wasm");

        OptionsValidationException e = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            _test.StartAsync(faf => faf.AddPlugins("plugins"))
        );

        Assert.True(IsAmbiguity(Assert.Single(e.Failures)), e.Message);
    }

    /// <summary>A watcher belongs to a folder and not to its path, so it saw the old one go and nothing afterwards.</summary>
    [Fact]
    public async Task Plugins_AnotherFolderInItsPlace_IsWatched()
    {
        using IHost service = await StartAsync("mirror.wat");
        MessagingHost host = HostOf(service);

        Directory.Delete(PathOf("plugins"), recursive: true);
        _test.Put("echo-handler.wat", "plugins/first.wat");
        await TestService.UntilAsync(() => IdsOf(host).SequenceEqual(["first"]), "it is read");

        _test.Put("echo-handler.wat", "plugins/second.wat");
        await TestService.UntilAsync(() => IdsOf(host).SequenceEqual(["first", "second"]), "it is watched");
        await service.StopAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>As Kubernetes changes the files of a volume: each is a link through a folder's link, which alone changes.</summary>
    [Fact]
    public async Task Plugins_LinksThroughAFolderThatIsExchanged_AreReplaced()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights there.");
        // Of one length and time, so that nothing but where they are tells them apart.
        DateTime time = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        string[] guests = [ReadFixture("echo-handler.wat"), ReadFixture("rejecting-handler.wat")];
        for (int i = 0; i < guests.Length; i++)
        {
            string file = PathOf($"plugins/..{i}/mirror.wat");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, guests[i].PadRight(guests.Max(guest => guest.Length)));
            File.SetLastWriteTimeUtc(file, time);
        }

        Directory.CreateSymbolicLink(PathOf("plugins/..data"), "..0");
        File.CreateSymbolicLink(PathOf("plugins/mirror.wat"), "..data/mirror.wat");
        using IHost service = await _test.StartAsync(faf => faf.AddPlugins("plugins"));

        Directory.Delete(PathOf("plugins/..data"));
        Directory.CreateSymbolicLink(PathOf("plugins/..data"), "..1");

        await TestService.UntilAsync(
            () => _test.Lines.Any(line => line.Contains("Component mirror was replaced", StringComparison.Ordinal)),
            "the file behind the links replaced the component"
        );
        await service.StopAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A file may have any name, and a name that forges a line or obeys a terminal is shown all the same.</summary>
    [Fact]
    public async Task Plugins_ANameWithLinesAndEscapes_IsHarmlessInLogAndErrors()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Names cannot have these there.");
        const string Evil = "plugins/evil\u001b[31m\nError: forged.wat";
        using (IHost service = await StartAsync("mirror.wat"))
        {
            _test.Put("echo-handler.wat", Evil);
            await TestService.UntilAsync(
                () => _test.Lines.Any(line => line.Contains("evil", StringComparison.Ordinal)),
                "it is told"
            );
            Assert.DoesNotContain(_test.Lines, line => line.AsSpan().ContainsAny('\u001b', '\n'));
            await service.StopAsync(TestContext.Current.CancellationToken);
        }

        using TestService another = new();
        another.Put("echo-handler.wat", Evil);
        OptionsValidationException e = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            another.StartAsync(faf => faf.AddPlugins("plugins"))
        );
        Assert.False(e.Message.AsSpan().ContainsAny('\u001b', '\n'), e.Message);
    }

    /// <summary>A log that somebody writes into the folder kept it from ever being read.</summary>
    [Fact]
    public async Task Watch_FilesOfOtherNames_AreNoChange()
    {
        List<string> seen = [];
        TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using FolderWatcher watcher = new(
            _test.Folder,
            name =>
            {
                lock (seen)
                {
                    seen.Add(name);
                }

                return name == "plugin.wat";
            },
            () =>
            {
                lock (seen)
                {
                    seen.Add("changed");
                }

                changed.TrySetResult();
            }
        );

        _test.Write("service.log", "line");
        _test.Write("plugin.wat", "(module)");
        await changed.Task.WaitAsync(TestService.Patience, TestContext.Current.CancellationToken);

        lock (seen)
        {
            int first = seen.IndexOf("changed");
            Assert.Equal("plugin.wat", seen[first - 1]);
            Assert.Equal("service.log", seen[0]);
        }
    }

    private async Task<IHost> StartAsync(string plugin)
    {
        _test.Put("echo-handler.wat", $"plugins/{plugin}");
        return await _test.StartAsync(faf => faf.AddPlugins("plugins"));
    }

    /// <summary>Puts a file that is none.</summary>
    private async Task PutAsync(string file, string what)
    {
        string path = PathOf(file);
        File.Delete(path);
        if (what == "nothing")
        {
            File.Create(path).Dispose();
            return;
        }

        string pipe = what == "pipe" ? path : PathOf("elsewhere");
        using var process = Process.Start("mkfifo", pipe);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (pipe != path)
        {
            File.CreateSymbolicLink(path, pipe);
        }
    }

    private string PathOf(string file) => Path.Combine(_test.Folder, file);

    private static string ReadFixture(string name) => File.ReadAllText(TestService.Fixture(name));

    private static bool IsAmbiguity(string text) =>
        text.Contains("'mirror' is there twice", StringComparison.Ordinal)
        && text.Contains("irror.wasm", StringComparison.Ordinal)
        && text.Contains("mirror.wat", StringComparison.Ordinal);

    private static MessagingHost HostOf(IHost service) => service.Services.GetRequiredService<MessagingHost>();

    private static IEnumerable<string> IdsOf(MessagingHost host) => host.Components.Select(c => c.Id).Order();
}
