using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary><c>faf new</c>: what it makes runs as it is, and it takes nothing away.</summary>
public sealed class NewTests : IDisposable
{
    private readonly FafProgram _faf = new();

    public void Dispose() => _faf.Dispose();

    [Fact]
    public void New_Folder_ChecksAndRunsAsTheOutputSays()
    {
        FafResult made = _faf.Run("", "new", "first/try");

        made.AssertDone();
        string topology = Path.Combine("first/try", "topology.json");
        string messages = Path.Combine("first/try", "messages.jsonl");
        Assert.Equal(
            [$"  faf check {topology}", $"  faf run {topology} --messages {messages} --text"],
            made.Lines[1..]
        );
        FafResult check = _faf.Run("", "check", topology);
        check.AssertDone();
        Assert.Equal("", check.Output);
        FafResult run = _faf.Run("", "run", topology, "--messages", messages, "--text");
        run.AssertDone();
        Assert.Equal(2, run.Events.Length);
        Assert.Contains("\"text\":\"olleh\"", run.Events[0], StringComparison.Ordinal);
    }

    [Fact]
    public void New_FolderWithATopology_WritesNothing()
    {
        FafResult result = _faf.Run("", "new", ".");

        result.AssertError(1, "topology.json: it is there already, and nothing was written; name another folder.");
        Assert.Equal(FafProgram.Topology, File.ReadAllText(_faf.PathOf("topology.json")));
        Assert.False(File.Exists(_faf.PathOf("mirror.wat")));
    }

    [Fact]
    public void New_WhereNothingCanBeMade_SaysSo()
    {
        _faf.Write("file", "");

        _faf.Run("", "new", "file/folder").AssertError(1, "file/folder: it cannot be written: ");
    }
}
