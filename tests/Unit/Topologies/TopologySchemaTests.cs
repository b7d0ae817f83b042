using System.Text.Json;
using Json.Schema;
using Xunit;

namespace FireAndForget.Tests.Topologies;

/// <summary>The published JSON schema says what the reader does, and both pages are those of the tables.</summary>
public class TopologySchemaTests
{
    private static readonly JsonDocumentOptions Lenient = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    private static readonly string[] RightFilesOfTheCorpus = ["empty-object.json", "endpoints.json", "whole.json"];

    private static readonly JsonSchema Schema = JsonSchema.FromText(TopologyDocument.WriteSchema());

    /// <summary>With the variable, which <c>--target=Docs</c> sets to the folder of the documents, they are written and not compared.</summary>
    [Fact]
    public void Documents_OfTheTables_AreWrittenAnew()
    {
        string page = TopologyDocument.Read(TopologyDocument.Page);
        if (Environment.GetEnvironmentVariable("FAF_WRITE_DOCS") is { Length: > 0 } folder)
        {
            File.WriteAllText(Path.Combine(folder, TopologyDocument.Page), TopologyDocument.WritePage(page));
            File.WriteAllText(Path.Combine(folder, TopologyDocument.Schema), TopologyDocument.WriteSchema());
            return;
        }

        const string Command = "dotnet run --project build -- --target=Docs";
        Assert.True(
            TopologyDocument.WritePage(page) == page,
            $"docs/topology.md is not of these tables. Run: {Command}"
        );
        Assert.True(
            TopologyDocument.WriteSchema() == TopologyDocument.Read(TopologyDocument.Schema),
            $"docs/topology.schema.json is not of these tables. Run: {Command}"
        );
    }

    public static TheoryData<string> RightTopologies()
    {
        string page = TopologyDocument.Read(TopologyDocument.Page);
        string corpus = Path.Combine(AppContext.BaseDirectory, "Corpus", "topology");
        string[] blocks = page.Split("```jsonc\n")[1..];
        return
        [
            TopologyDocument.Read("topology.json"),
            .. blocks.Select(block => block[..block.IndexOf("```", StringComparison.Ordinal)]),
            .. RightFilesOfTheCorpus.Select(file => File.ReadAllText(Path.Combine(corpus, file))),
            """{ "$schema": "../docs/topology.schema.json" }""",
        ];
    }

    [Theory]
    [MemberData(nameof(RightTopologies))]
    public void Schema_RightTopology_Holds(string json)
    {
        Topology.Parse(json, "");

        Assert.True(IsValid(json));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{ "component": [] }""")]
    [InlineData("""{ "$schema": 1 }""")]
    [InlineData("""{ "endpoints": {} }""")]
    [InlineData("""{ "endpoints": ["Client"] }""")]
    [InlineData("""{ "endpoints": [""] }""")]
    [InlineData("""{ "endpoints": [null] }""")]
    [InlineData("""{ "components": [{ "id": "a" }] }""")]
    [InlineData("""{ "components": [{ "path": "a.wasm" }] }""")]
    [InlineData("""{ "components": [{ "id": "a", "path": "" }] }""")]
    public void Schema_WrongTopology_DoesNotHold(string json) => AssertWrong(json);

    [Theory]
    [InlineData("\"file\": \"a.wasm\"")]
    [InlineData("\"sends-to\": [\"a**\"]")]
    [InlineData("\"receives-from\": null")]
    [InlineData("\"codecs\": [\"CBOR\"]")]
    [InlineData("\"codecs\": [-1]")]
    [InlineData("\"codecs\": [1.5]")]
    [InlineData("\"max-message-bytes\": 1073741825")]
    [InlineData("\"mailbox\": { \"messages\": 0 }")]
    [InlineData("\"mailbox\": { \"when-full\": \"drop\" }")]
    [InlineData("\"limits\": { \"message-ms\": 0.5 }")]
    [InlineData("\"limits\": { \"open-files\": 65537 }")]
    [InlineData("\"rate\": { \"burst\": 1 }")]
    [InlineData("\"rate\": { \"messages-per-second\": 0 }")]
    [InlineData("\"quota\": { \"bytes\": -1 }")]
    [InlineData("\"restart\": { \"window-seconds\": 0 }")]
    [InlineData("\"wasi\": { \"network\": true }")]
    [InlineData("\"wasi\": { \"environment\": { \"A=B\": \"\" } }")]
    [InlineData("\"wasi\": { \"environment\": { \"A\": \"\\u0000\" } }")]
    [InlineData("\"wasi\": { \"arguments\": [\"\\u0000\"] }")]
    [InlineData("\"wasi\": { \"directories\": [{ \"host\": \".\" }] }")]
    [InlineData("\"wasi\": { \"directories\": [{ \"host\": \".\", \"guest\": \"/\", \"write\": 1 }] }")]
    public void Schema_WrongProperty_DoesNotHold(string property) =>
        AssertWrong($$"""{ "components": [{ "id": "a", "path": "a.wasm", {{property}} }] }""");

    /// <summary>Whether the schema holds for a text.</summary>
    internal static bool IsValid(string json)
    {
        using var document = JsonDocument.Parse(json, Lenient);
        return Schema.Evaluate(document.RootElement).IsValid;
    }

    private static void AssertWrong(string json)
    {
        Assert.Throws<TopologyException>(() => Topology.Parse(json, ""));
        Assert.False(IsValid(json));
    }
}
