using System.Diagnostics;
using Xunit;

namespace FireAndForget.Tests.Documents;

/// <summary>The C# of the documents is what tests/Snippets has in its regions, where the compiler reads it.</summary>
public class SnippetTests
{
    private static readonly Dictionary<string, string> Snippets = Directory
        .EnumerateFiles(Path.Combine(CodeBlock.Root, "tests", "Snippets"), "*.cs")
        .SelectMany(file => Regions(File.ReadAllLines(file)))
        .ToDictionary();

    private static readonly CodeBlock[] Blocks = [.. CodeBlock.All.Where(block => block.Language == "csharp")];

    [Fact]
    public void Blocks_AreTheTextOfTheirSnippets()
    {
        Assert.NotEmpty(Blocks);
        Assert.All(
            Blocks,
            block =>
            {
                Assert.True(
                    block.Snippet is not null && Snippets.ContainsKey(block.Snippet),
                    $"{block} names no region of tests/Snippets in a comment before it."
                );
                Assert.Equal(Snippets[block.Snippet], block.Text);
            }
        );
    }

    [Fact]
    public void Snippets_AreAllInADocument() =>
        Assert.Empty(Snippets.Keys.Except(Blocks.Select(block => block.Snippet)));

    /// <summary>The program in its own output: the copy beside these tests lacks what they have from ASP.NET Core.</summary>
    private static string ProgramFile =>
        Path.Combine(
            CodeBlock.Root,
            "tests",
            "Snippets",
            Path.GetRelativePath(Path.Combine(CodeBlock.Root, "tests", "Unit"), AppContext.BaseDirectory),
            "FireAndForget.Tests.Snippets.dll"
        );

    [Fact]
    public async Task FirstExample_Runs_PrintsWhatReadmeSays()
    {
        // Its paths are relative to the root of the repository.
        ProcessStartInfo start = new("dotnet", [ProgramFile])
        {
            WorkingDirectory = CodeBlock.Root,
            RedirectStandardOutput = true,
        };
        using Process program = Process.Start(start)!;
        string output = await program.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, program.ExitCode);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Contains("Accepted", lines);
        Assert.Contains("mirror says olleh", lines);
    }

    private static IEnumerable<KeyValuePair<string, string>> Regions(string[] lines)
    {
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Trim().Split(' ') is ["#region", string name])
            {
                string[] text = [.. lines.Skip(i + 1).TakeWhile(line => line.Trim() != "#endregion")];
                yield return new(name, CodeBlock.Outdent(text));
            }
        }
    }
}
