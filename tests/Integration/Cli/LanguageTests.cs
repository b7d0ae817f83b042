using System.Text.Json;
using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary><c>faf inspect</c> and <c>faf run</c> on the mirror in each language.</summary>
public sealed class LanguageTests : IDisposable
{
    private readonly FafProgram _faf = new();

    public void Dispose() => _faf.Dispose();

    /// <summary>The mirrors that are always built, whether they import WASI, and what they write for a message of 5 bytes.</summary>
    private static readonly (string Guest, bool ImportsWasi, string Written)[] Mirrors =
    [
        (TestFiles.CMirror, false, ""),
        (TestFiles.CMirrorWasi, true, ""),
        (TestFiles.CMirrorLog, true, "mirror2: 5 bytes from client"),
        (TestFiles.CWasi, true, ""),
        (TestFiles.RustMirror, false, ""),
        (TestFiles.WatMirror, false, ""),
    ];

    [Fact]
    public void Inspect_MirrorInEachLanguage_IsDirectWithAndWithoutWasi() =>
        AssertIsDirect([.. Mirrors.Select(mirror => (mirror.Guest, mirror.ImportsWasi))]);

    [Theory]
    [InlineData("js-mirror.wasm", true)]
    [InlineData("js-mirror-pure.wasm", false)]
    public void Inspect_MirrorInJavaScript_IsDirectWithAndWithoutWasi(string guest, bool importsWasi) =>
        AssertIsDirect((guest, importsWasi));

    private void AssertIsDirect(params (string Guest, bool ImportsWasi)[] mirrors)
    {
        FafResult result = _faf.Run("", ["inspect", .. mirrors.Select(mirror => Copy(mirror.Guest)), "--json"]);

        result.AssertDone();
        Assert.Equal(mirrors.Length, result.Lines.Length);
        foreach ((string line, (string guest, bool importsWasi)) in result.Lines.Zip(mirrors))
        {
            using var json = JsonDocument.Parse(line);
            JsonElement said = json.RootElement;
            string[] imports = [.. said.GetProperty("imports").EnumerateArray().Select(import => import.GetString()!)];
            Assert.Equal(
                (Path.GetFileName(guest), "direct", ""),
                (
                    said.GetProperty("file").GetString(),
                    said.GetProperty("runtime").GetString(),
                    said.GetProperty("why").GetString()
                )
            );
            Assert.Contains("fire-and-forget:messaging/host-messaging@1.0.0", imports);
            Assert.Equal(importsWasi, imports.Any(import => import.StartsWith("wasi:", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void Inspect_JavaScriptOnQuickJs_IsDirectThoughItIsNested()
    {
        FafResult result = _faf.Run("", "inspect", Copy("js-mirror-quickjs.wasm"), "--json");

        result.AssertDone();
        Assert.Contains("\"runtime\":\"direct\"", Assert.Single(result.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_MirrorInEachLanguage_SendsTheMessageBackReversed() =>
        AssertIsReversed([.. Mirrors.Select(mirror => (mirror.Guest, mirror.Written))]);

    [Theory]
    [InlineData("js-mirror.wasm")]
    [InlineData("js-mirror-pure.wasm")]
    [InlineData("js-mirror-quickjs.wasm")]
    public void Run_MirrorInJavaScript_SendsTheMessageBackReversed(string guest) => AssertIsReversed((guest, ""));

    private void AssertIsReversed(params (string Guest, string Written)[] mirrors)
    {
        IEnumerable<string> components = mirrors.Select(
            (mirror, i) => $$"""{ "id": "mirror{{i}}", "path": "{{Copy(mirror.Guest)}}", "sends-to": ["client"] }"""
        );
        _faf.Write(
            "mirror.json",
            $$"""{ "components": [{{string.Join(',', components)}}], "endpoints": ["client"] }"""
        );
        IEnumerable<string> messages = mirrors.Select(
            (_, i) => $$"""{"from":"client","to":"mirror{{i}}","text":"hello"}"""
        );

        FafResult result = _faf.Run(string.Join('\n', messages), "run", "mirror.json");

        Assert.Equal((0, string.Concat(mirrors.Select(m => m.Written))), (result.ExitCode, result.Error.TrimEnd()));
        Assert.Equal(
            mirrors.Select(
                (_, i) => $$"""{"event":"delivered","to":"client","from":"mirror{{i}}","base64":"b2xsZWg="}"""
            ),
            result.Events.Order(StringComparer.Ordinal)
        );
        Assert.Equal(2 * mirrors.Length, result.Summary("handled"));
    }

    /// <summary>Puts a guest where the program runs, which may have it there already.</summary>
    private string Copy(string guest)
    {
        string path = guest.Contains('/') ? TestFiles.PathOf(guest) : TestFiles.Built($"javascript/{guest}");
        string name = Path.GetFileName(guest);
        File.Copy(path, _faf.PathOf(name), overwrite: true);
        return name;
    }
}
