using System.Text.Json;
using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary><c>faf cache</c>, and what <c>faf run</c> keeps of what it compiled.</summary>
public sealed class CacheTests : IDisposable
{
    private const string Message = """{"from":"client","to":"mirror","text":"hello"}""";

    private readonly FafProgram _faf = new();

    public CacheTests() => _faf.Variables["FAF_CACHE_DIR"] = Folder;

    private string Folder => _faf.PathOf("cache");

    public void Dispose() => _faf.Dispose();

    [Fact]
    public void List_AfterARun_HasEachFileWithItsSizeAndUse()
    {
        FafResult run = _faf.Run(Message, "run", "topology.json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));

        FafResult list = _faf.Run("", "cache", "list", "--json");

        Assert.Equal((0, ""), (list.ExitCode, list.Error));
        JsonElement[] lines = [.. list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
        string[] expected = ["c-mirror.wasm", "echo-handler.wasm", "rust-receiver.wasm"];
        Assert.Equal(expected.Select(_faf.PathOf), lines[..^1].Select(l => l.GetProperty("file").GetString()!).Order());
        Assert.All(lines[..^1], l => Assert.True(l.GetProperty("last-used").GetDateTime() <= DateTime.UtcNow));
        JsonElement sum = lines[^1];
        Assert.Equal(Folder, sum.GetProperty("folder").GetString());
        Assert.Equal(lines[..^1].Sum(l => l.GetProperty("entries").GetInt32()), sum.GetProperty("entries").GetInt32());
        Assert.Equal(lines[..^1].Sum(l => l.GetProperty("bytes").GetInt64()), sum.GetProperty("bytes").GetInt64());
        Assert.Equal(
            Directory.GetFiles(Folder, "*.compiled").Sum(f => new FileInfo(f).Length),
            sum.GetProperty("bytes").GetInt64()
        );
        Assert.Equal(1 << 30, sum.GetProperty("max-bytes").GetInt64());
    }

    [Fact]
    public void List_ForAPerson_HasALineForEachFileAndTheSum()
    {
        _faf.Run(Message, "run", "topology.json");

        string[] whole = Lines();
        foreach (string entry in Directory.GetFiles(Folder, "*.compiled"))
        {
            File.WriteAllText(entry, "damaged");
        }

        string[] damaged = Lines();

        Assert.Equal(4, whole.Length);
        Assert.Contains(whole, line => line.EndsWith(_faf.PathOf("c-mirror.wasm"), StringComparison.Ordinal));
        Assert.StartsWith(
            $"{Folder}: {Directory.GetFiles(Folder, "*.compiled").Length} entries, ",
            whole[^1],
            StringComparison.Ordinal
        );
        Assert.EndsWith(" of 1024.0 MiB", whole[^1], StringComparison.Ordinal);
        Assert.Equal(2, damaged.Length);
        Assert.Contains("damaged", damaged[0], StringComparison.Ordinal);

        string[] Lines() => _faf.Run("", "cache", "list").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    [Fact]
    public void List_WhereNothingWasKept_IsEmpty()
    {
        FafResult list = _faf.Run("", "cache", "list");

        Assert.Equal((0, ""), (list.ExitCode, list.Error));
        Assert.Equal($"{Folder}: 0 entries, 0 B of 1024.0 MiB", list.Output.Trim());
    }

    [Fact]
    public void Clear_DeletesEntriesAndNothingElse()
    {
        _faf.Run(Message, "run", "topology.json");
        string mine = Path.Combine(Folder, "mine.compiled");
        File.WriteAllText(mine, "");

        FafResult clear = _faf.Run("", "cache", "clear");

        Assert.Equal((0, ""), (clear.ExitCode, clear.Error));
        Assert.Equal([mine], Directory.GetFiles(Folder));
        Assert.StartsWith($"{Folder}: ", clear.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("clear")]
    public void Cache_Off_SaysSo(string command)
    {
        _faf.Variables["FAF_CACHE_DIR"] = "off";

        FafResult result = _faf.Run("", "cache", command);

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains("FAF_CACHE_DIR", Assert.Single(result.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public void Cache_WithoutASubcommand_IsWrongUsage()
    {
        FafResult result = _faf.Run("", "cache");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("faf cache --help", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithoutTheVariable_UsesTheUsersFolderForCaches()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || OperatingSystem.IsMacOS(), "It is elsewhere there.");
        _faf.Variables["FAF_CACHE_DIR"] = null;
        _faf.Variables["XDG_CACHE_HOME"] = _faf.PathOf("xdg");
        _faf.Run(Message, "run", "topology.json");
        Assert.NotEmpty(Directory.GetFiles(_faf.PathOf("xdg/fire-and-forget")));

        Directory.CreateDirectory(_faf.PathOf("home"));
        _faf.Variables["XDG_CACHE_HOME"] = "relative";
        _faf.Variables["HOME"] = _faf.PathOf("home");
        _faf.Run(Message, "run", "topology.json");
        Assert.NotEmpty(Directory.GetFiles(_faf.PathOf("home/.cache/fire-and-forget")));
    }

    /// <summary>A cache that cannot be used is no reason to write anything, or to fail; who asks is told.</summary>
    [Fact]
    public void Run_FolderThatCannotBeUsed_RunsAndTellsOnlyWhoAsks()
    {
        _faf.Write("file", "");
        _faf.Variables["FAF_CACHE_DIR"] = _faf.PathOf("file");

        FafResult run = _faf.Run(Message, "run", "topology.json");
        FafResult verbose = _faf.Run(Message, "run", "topology.json", "--verbose");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(0, verbose.ExitCode);
        Assert.Single(verbose.Error.Split('\n'), line => line.Contains("compile cache", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_Verbose_SaysWhatIsCompiledAndHowManyFilesThereAre()
    {
        FafResult first = _faf.Run(Message, "run", "topology.json", "--verbose");
        FafResult second = _faf.Run(Message, "run", "topology.json", "--verbose");

        Assert.Contains("echo-handler.wasm is being compiled; ", first.Error, StringComparison.Ordinal);
        Assert.Contains(" of 3 files are loaded.", first.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("compiled", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_SeveralProcessesAtOnce_ShareTheFolder()
    {
        FafResult[] runs = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => _faf.Run(Message, "run", "topology.json", "--verbose")))
        );

        Assert.All(runs, run => Assert.Equal(0, run.ExitCode));
        Assert.All(runs, run => Assert.Contains("\"handled\":2", run.Output, StringComparison.Ordinal));
        Assert.All(runs, run => Assert.DoesNotContain("compile cache", run.Error, StringComparison.Ordinal));
        FafResult later = _faf.Run(Message, "run", "topology.json", "--verbose");
        Assert.DoesNotContain("compiled", later.Error, StringComparison.Ordinal);
        Assert.All(
            Directory.GetFiles(Folder).Where(file => Path.GetFileName(file) != "secret"),
            file => Assert.EndsWith(".compiled", file, StringComparison.Ordinal)
        );
    }

    private static JsonElement Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    }
}
