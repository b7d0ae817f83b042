using System.Text;
using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary>
/// Whatever stands in files, guests, messages and topologies: nothing that <c>faf</c> writes has characters that a terminal obeys, or
/// that hide, reorder or break text.
/// </summary>
public sealed class PlainOutputTests : IDisposable
{
    /// <summary>A title, a cleared screen, C1's escape, an override of the direction, a zero width space, forged lines.</summary>
    private const string Evil =
        "a\u001b]0;t\u0007\u001b[2J\u009b31m\u202ez\u2066\u200b\u2028\r\nforged: line\u007f\uE000";

    private readonly FafProgram _faf = new();

    public PlainOutputTests()
    {
        string wat = string.Concat(Encoding.UTF8.GetBytes(Evil).Select(b => $"\\{b:x2}"));
        _faf.Write(
            "evil.wat",
            $$"""
            (module
              (memory (export "memory") 1)
              (func (export "{{wat}}"))
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
              (func (export "handle-message") (param i32 i32 i32 i32) (result i32) unreachable))
            """
        );
        _faf.Write("imports.wat", $"(module (import \"{wat}\" \"{wat}\" (func)))");
        _faf.Write(
            "evil.json",
            """
            {
              "components": [
                { "id": "evil", "path": "evil.wat", "restart": { "max": 1 } },
                { "id": "wasi", "path": "c-wasi.wasm" }
              ],
              "endpoints": ["client"]
            }
            """
        );
        _faf.Write("evil-property.json", $"{{ {JsonOf(Evil)}: 1 }}");
        _faf.Write("evil-path.json", $$"""{ "components": [{ "id": "a", "path": {{JsonOf(Evil)}} }] }""");
        _faf.Variables["FAF_CACHE_DIR"] = _faf.PathOf("cache\u202e\u001b[2J");
    }

    public void Dispose() => _faf.Dispose();

    [Theory]
    [InlineData("inspect", "evil.wat", "imports.wat")]
    [InlineData("inspect", "evil.wat", "imports.wat", "--json")]
    [InlineData("inspect", Evil + ".wasm")]
    [InlineData("run", Evil + ".json")]
    [InlineData("run", "evil-property.json")]
    [InlineData("run", "evil-path.json")]
    [InlineData("run", "evil.json", "--messages", Evil)]
    [InlineData("run", "evil.json", "--for", Evil)]
    [InlineData("run", "evil.json", Evil)]
    [InlineData(Evil)]
    [InlineData("bench", Evil)]
    [InlineData("bench", "evil.wat", "--payload", "16")]
    public void Faf_EvilArgumentsAndFiles_WritesPlainText(params string[] arguments) =>
        AssertPlain(_faf.Run("", arguments));

    [Theory]
    [InlineData]
    [InlineData("--verbose", "--text", "--watch")]
    public void Run_EvilMessages_WritesPlainText(params string[] options)
    {
        string input = string.Join(
            '\n',
            $$"""{"from":"client","to":"client","text":{{JsonOf(Evil)}}}""",
            $$"""{"from":"client","to":{{JsonOf(Evil)}},"text":"x"}""",
            // This fixture writes what comes behind the sign to its standard output.
            $$"""{"from":"client","to":"wasi","text":{{JsonOf("!o" + Evil)}}}""",
            """{"from":"client","to":"evil","text":"x","repeat":3}""",
            $$"""{"from":{{JsonOf(Evil)}},"to":"client","text":"x"}"""
        );

        FafResult result = _faf.Run(input, ["run", "evil.json", .. options]);

        AssertPlain(result);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("\"event\":\"stopped\"", result.Output, StringComparison.Ordinal);
        Assert.Contains("invalid-message", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Cache_EvilFolderAndFiles_WritesPlainText()
    {
        string evil = $"{Evil.Replace('/', '_')}.wat";
        File.Copy(_faf.PathOf("evil.wat"), _faf.PathOf(evil));
        _faf.Write("evil-name.json", $$"""{ "components": [{ "id": "a", "path": {{JsonOf(evil)}} }] }""");
        Assert.Equal(0, _faf.Run("", "run", "evil-name.json", "--quiet").ExitCode);

        foreach (
            string[] arguments in (string[][])
                [
                    ["list"],
                    ["list", "--json"],
                    ["clear"],
                ]
        )
        {
            FafResult result = _faf.Run("", ["cache", .. arguments]);

            AssertPlain(result);
            Assert.Equal(0, result.ExitCode);
        }
    }

    private static string JsonOf(string text) => System.Text.Json.JsonSerializer.Serialize(text);

    private static void AssertPlain(FafResult result)
    {
        Assert.NotEqual("", result.Output + result.Error);
        foreach (Rune rune in $"{result.Output}{result.Error}".EnumerateRunes())
        {
            bool isPlain =
                rune.Value == '\n'
                || Rune.GetUnicodeCategory(rune)
                    is not (
                        System.Globalization.UnicodeCategory.Control
                        or System.Globalization.UnicodeCategory.Format
                        or System.Globalization.UnicodeCategory.LineSeparator
                        or System.Globalization.UnicodeCategory.ParagraphSeparator
                        or System.Globalization.UnicodeCategory.PrivateUse
                    );
            Assert.True(isPlain, $"U+{rune.Value:X4} is in:\n{result.Output}{result.Error}");
        }

        Assert.DoesNotContain("\nforged", $"\n{result.Output}{result.Error}", StringComparison.Ordinal);
    }
}
