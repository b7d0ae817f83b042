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
