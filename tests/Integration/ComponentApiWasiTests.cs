using System.Buffers.Binary;
using System.Text;
using FireAndForget.Guests.Instances;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>WASI as Wasmtime gives it, which has folders too.</summary>
public sealed class ComponentApiWasiTests() : WasiGuestContract(GuestRuntime.ComponentApi), IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("faf-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("/data/a.txt", 0)]
    [InlineData("/data/b.txt", 44)] // ENOENT
    [InlineData("/data/../../etc/passwd", 63)] // EPERM
    [InlineData("/etc/passwd", 76)] // ENOTCAPABLE
    public async Task Open_InAGrantedFolder_FindsWhatLiesThereAndNoMore(string path, long answer)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "a.txt"), "a", TestContext.Current.CancellationToken);

        byte[] answered = await AskAsync($"!f{path}", options: Granted());

        Assert.Equal(answer, BinaryPrimitives.ReadInt64LittleEndian(answered));
    }

    /// <summary>A host that runs everything directly where it can gives this component to the component API.</summary>
    [Fact]
    public async Task Add_WithAFolder_NeedsNoOtherHost()
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint client = AddGuest(host, out Inbox inbox, Granted());
        AddGuestAs(host, "direct");
        client.Send("guest", Encoding.UTF8.GetBytes("!f/data"));
        client.Send("direct", Encoding.UTF8.GetBytes("!f/data"));

        await host.SettleAsync();

        Assert.Equal([0, 76], inbox.Received.Select(r => BinaryPrimitives.ReadInt64LittleEndian(r.Bytes)));
    }

    [Fact]
    public async Task Add_WithAFolderThatIsNotThere_IsALoadError()
    {
        await using TestHost host = new();
        ComponentOptions options = new() { Wasi = new() { Directories = [new() { Host = "no such", Guest = "/" }] } };

        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() => AddGuest(host, out _, options));

        Assert.Contains("'no such'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_CoreModuleWithAFolder_IsALoadError()
    {
        await using TestHost host = new();

        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() =>
            host.Add("core", TestFiles.Basic, Granted())
        );

        Assert.Contains(
            "it is a core module, which cannot be granted directories",
            e.Message,
            StringComparison.Ordinal
        );
    }

    private static void AddGuestAs(TestHost host, string id) => host.Add(id, TestFiles.CWasi, MayAnswer);

    private ComponentOptions Granted() =>
        MayAnswer.With(o => o.Wasi = new() { Directories = [new() { Host = _folder, Guest = "/data" }] });
}
