using System.Text.Json;
using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary><c>faf inspect</c> and <c>faf run</c> on the mirror in each language.</summary>
public sealed class LanguageTests : IDisposable
{
    private readonly FafProgram _faf = new();

    public void Dispose() => _faf.Dispose();

    [Theory]
    [InlineData(TestFiles.CMirror, false)]
    [InlineData(TestFiles.CMirrorWasi, true)]
    [InlineData(TestFiles.CMirrorLog, true)]
    [InlineData(TestFiles.CWasi, true)]
    [InlineData(TestFiles.RustMirror, false)]
    [InlineData(TestFiles.WatMirror, false)]
    [InlineData("js-mirror.wasm", true)]
    [InlineData("js-mirror-pure.wasm", false)]
    public void Inspect_MirrorInEachLanguage_IsDirectWithAndWithoutWasi(string guest, bool importsWasi)
    {
        FafResult result = _faf.Run("", "inspect", Copy(guest), "--json");

        result.AssertDone();
        JsonElement said = JsonDocument.Parse(Assert.Single(result.Lines)).RootElement;
        string[] imports = [.. said.GetProperty("imports").EnumerateArray().Select(import => import.GetString()!)];
        Assert.Equal(("direct", ""), (said.GetProperty("runtime").GetString(), said.GetProperty("why").GetString()));
        Assert.Contains("fire-and-forget:messaging/host-messaging@1.0.0", imports);
        Assert.Equal(importsWasi, imports.Any(import => import.StartsWith("wasi:", StringComparison.Ordinal)));
    }

    [Fact]
    public void Inspect_JavaScriptOnQuickJs_IsForTheComponentApi()
    {
        FafResult result = _faf.Run("", "inspect", Copy("js-mirror-quickjs.wasm"), "--json");

        result.AssertDone();
        Assert.Contains(
            "\"runtime\":\"component-api\",\"why\":\"handle-message comes out of a nested component",
            Assert.Single(result.Lines),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(TestFiles.CMirror)]
    [InlineData(TestFiles.CMirrorWasi)]
    [InlineData(TestFiles.CMirrorLog, "mirror: 5 bytes from client")]
    [InlineData(TestFiles.CWasi)]
    [InlineData(TestFiles.RustMirror)]
    [InlineData(TestFiles.WatMirror)]
    [InlineData("js-mirror.wasm")]
    [InlineData("js-mirror-pure.wasm")]
    [InlineData("js-mirror-quickjs.wasm")]
    public void Run_MirrorInEachLanguage_SendsTheMessageBackReversed(string guest, string written = "")
    {
        _faf.Write(
            "mirror.json",
            $$"""
            {
              "components": [{ "id": "mirror", "path": "{{Copy(guest)}}", "sends-to": ["client"] }],
              "endpoints": ["client"],
            }
            """
        );

        FafResult result = _faf.Run("""{"from":"client","to":"mirror","text":"hello"}""", "run", "mirror.json");

        Assert.Equal((0, written), (result.ExitCode, result.Error.TrimEnd()));
        Assert.Equal(["""{"event":"delivered","to":"client","from":"mirror","base64":"b2xsZWg="}"""], result.Events);
        Assert.Equal(2, result.Summary("handled"));
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
