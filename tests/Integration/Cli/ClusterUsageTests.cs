using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary><c>faf cluster</c> where there is no cluster: what is wrong with how it was called, and that nobody answers.</summary>
public sealed class ClusterUsageTests : IDisposable
{
    // Nobody listens there.
    private const string Url = "http://127.0.0.1:1/cluster";

    private readonly FafProgram _faf = new();

    public void Dispose() => _faf.Dispose();

    [Theory]
    [InlineData("'BAD ID' is not an id: an id is 1 to 128 characters", "move", "BAD ID", "silo")]
    [InlineData("'' is not an id", "remove", "")]
    [InlineData("'a ' is not an id", "remove", "a\n")]
    [InlineData("HOST is a silo's name or address, and cannot be empty", "move", "mirror", "")]
    [InlineData("HOST is a silo's name or address, and cannot be empty", "drain", " ")]
    [InlineData("A file's name cannot be empty", "status", "--token-file", "")]
    public void Cluster_WrongArgument_IsWrongUsage(string said, params string[] arguments) =>
        Run(arguments).AssertError(2, said);

    [Fact]
    public void Cluster_EmptyTokenFile_IsAnError()
    {
        _faf.Write("token", " \n");

        Run("status", "--token-file", "token").AssertError(1, "token: there is no token in it. Check --token-file.");
    }

    /// <summary>Two lines were taken for a bug of faf.</summary>
    [Theory]
    [InlineData("one\ntwo")]
    [InlineData("t\u00F6ken")]
    public void Cluster_TokenThatNoHeaderTakes_IsAnError(string token)
    {
        _faf.Write("token", token);

        Run("status", "--token-file", "token")
            .AssertError(
                1,
                "token: what is in it is no token: that is one line of ASCII characters. Check --token-file."
            );
    }

    [Fact]
    public void Cluster_TokenWithoutEnd_IsAnError()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no devices there.");

        Run("status", "--token-file", "/dev/zero")
            .AssertError(1, "/dev/zero: the token cannot be read: it has more than 1 MiB", "Check --token-file.");
    }

    /// <summary>The file was read twice, the second time without what the first look skips or has taken.</summary>
    [Theory]
    [InlineData("\uFEFF")]
    [InlineData("// A comment.\n")]
    public void Deploy_TopologyOfAPipe_IsReadOnce(string start)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no /dev/stdin there.");
        string topology = $$"""{{start}}{"components":[{"id":"a","path":"{{_faf.PathOf("c-mirror.wasm")}}",}]}""";

        _faf.Run(topology, "cluster", "deploy", "/dev/stdin", "--url", Url)
            .AssertError(1, $"{Url}: the cluster cannot be asked: ");
    }

    [Fact]
    public void Deploy_TopologyWithMistakes_SaysEachInALine()
    {
        _faf.Write(
            "wrong.json",
            """
            { "components": [{ "id": "A", "path": "c-mirror.wasm" }],
              "parts": 1 }
            """
        );

        FafResult result = Run("deploy", "wrong.json");

        Assert.Equal(2, result.ExitCode);
        Assert.Collection(
            result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line =>
                Assert.StartsWith(
                    "wrong.json, line 1, column 26, components[0].id: 'A' is not an id",
                    line,
                    StringComparison.Ordinal
                ),
            line =>
                Assert.StartsWith(
                    "wrong.json, line 2, column 3, parts: 'parts' is no property",
                    line,
                    StringComparison.Ordinal
                )
        );
    }

    [Fact]
    public void Deploy_TopologyThatIsNotUtf8_IsWrongUsage()
    {
        File.WriteAllBytes(
            _faf.PathOf("latin.json"),
            [.. "{\"components\":[{\"id\":\"a\",\"path\":\""u8, 0xE4, .. "\"}]}"u8]
        );

        Run("deploy", "latin.json").AssertError(2, "latin.json: it is not UTF-8. Write the file in UTF-8.");
    }

    /// <summary>It was read until the memory was full.</summary>
    [Fact]
    public void Deploy_ComponentWithoutEnd_IsAnError()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no devices there.");
        _faf.Write("zero.json", """{ "components": [{ "id": "a", "path": "/dev/zero" }] }""");

        Run("deploy", "zero.json").AssertError(1, "/dev/zero: the component cannot be read: it has more than 256 MiB");
    }

    [Fact]
    public void Deploy_ComponentThatIsNotThere_SaysWhereItIsLookedFor()
    {
        _faf.Write("topology.json", """{ "components": [{ "id": "a", "path": "missing.wasm" }] }""");

        Run("deploy", "topology.json")
            .AssertError(1, "missing.wasm: the component cannot be read: ", "Check its path in the topology.");
    }

    [Fact]
    public void Deploy_TextThatIsNone_SaysWhatItWasTakenFor()
    {
        _faf.Write("wrong.wat", "(module");
        _faf.Write("topology.json", """{ "components": [{ "id": "a", "path": "wrong.wat" }] }""");

        Run("deploy", "topology.json").AssertError(1, "wrong.wat: it is no WebAssembly text");
    }

    /// <summary>The paths of requests were put behind the address as if these were not there.</summary>
    [Theory]
    [InlineData("http://127.0.0.1:1/cluster?token=1")]
    [InlineData("http://127.0.0.1:1/cluster#status")]
    [InlineData("http://me:secret@127.0.0.1:1/cluster")]
    [InlineData("ftp://127.0.0.1/cluster")]
    public void Cluster_WrongAddress_IsWrongUsage(string url) =>
        _faf.Run("", "cluster", "status", "--url", url)
            .AssertError(2, $"with neither ?, # nor a user; '{url}' is none.");

    [Fact]
    public void Cluster_NobodyThere_SaysSoInSentences() =>
        Run("status")
            .AssertError(
                1,
                $"{Url}: the cluster cannot be asked: ",
                "). Check the address, and that a silo runs there."
            );

    private FafResult Run(params string[] arguments) => _faf.Run("", ["cluster", .. arguments, "--url", Url]);
}
