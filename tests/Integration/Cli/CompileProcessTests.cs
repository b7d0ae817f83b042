using FireAndForget.Guests.Compiling;
using FireAndForget.Tests.Cli;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>Compiling in <c>faf compile</c>: the guests are the same, and what goes wrong there ends that process alone.</summary>
public class CompileProcessTests
{
    private static readonly string Faf = Path.Combine(AppContext.BaseDirectory, "faf.dll");

    private static CompileProcessOptions Process => new() { Program = Faf, Timeout = TimeSpan.FromMinutes(10) };

    [Theory]
    [InlineData(GuestRuntime.Direct)]
    [InlineData(GuestRuntime.ComponentApi)]
    public async Task Load_InAProcessOfItsOwn_AnswersAsElse(GuestRuntime runtime)
    {
        await using MessagingHost host = Host(Process, runtime);
        host.AddComponent("mirror", TestFiles.PathOf(TestFiles.CMirror), new() { SendsTo = ["client"] });
        Inbox inbox = new();
        MessagingEndpoint client = host.AddEndpoint("client", inbox.Handle);

        client.Send("mirror", "hello"u8);
        while (host.Pump() != 0) { }

        Assert.Equal("olleh"u8, Assert.Single(inbox.Received).Bytes);
    }

    [Fact]
    public async Task Load_MoreMemoryThanItMay_IsRefusedAndTheHostGoesOn()
    {
        CompileProcessOptions process = Process;
        process.MaxMemoryBytes = 1;
        await AssertRefusedAsync(process, "took more than 1 bytes of memory (CompileProcess.MaxMemoryBytes)");
    }

    [Fact]
    public async Task Load_MoreTimeThanItMay_IsRefusedAndTheHostGoesOn()
    {
        CompileProcessOptions process = Process;
        process.Timeout = TimeSpan.Zero;
        await AssertRefusedAsync(process, "took more than 0 s (CompileProcess.Timeout)");
    }

    [Fact]
    public async Task Load_ProgramThatIsNotThere_IsRefusedAndTheHostGoesOn()
    {
        CompileProcessOptions process = Process;
        process.Program = Path.Combine(AppContext.BaseDirectory, "no-such-program");
        await AssertRefusedAsync(process, "no-such-program cannot be started");
    }

    [Fact]
    public async Task Load_ProgramThatEndsByItself_IsRefusedAndTheHostGoesOn()
    {
        CompileProcessOptions process = Process;
        process.Program = Path.Combine(AppContext.BaseDirectory, "no-such-assembly.dll");
        await AssertRefusedAsync(process, "the compiling process ended with ");
    }

    [Fact]
    public async Task Load_InvalidCode_IsWordedAsElse()
    {
        var source = ComponentSource.FromText(
            """
            (module
              (memory (export "memory") 1)
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
              (func (export "handle-message") (param i32 i32 i32 i32) (result i32) i64.const 0))
            """,
            "invalid.wat"
        );
        await using MessagingHost alone = Host(null);
        await using MessagingHost host = Host(Process);

        ComponentLoadException expected = Assert.Throws<ComponentLoadException>(() => alone.AddComponent("a", source));
        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() => host.AddComponent("a", source));

        Assert.Equal(expected.Message, e.Message);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("module", "--max-seconds", "none")]
    public void Compile_WrongUsage_SaysSo(params string[] arguments)
    {
        using FafProgram faf = new();

        FafResult result = faf.Run("", ["compile", .. arguments]);

        Assert.Equal(2, result.ExitCode);
    }

    [Fact]
    public void Compile_MoreMemoryThanItMay_EndsByItself()
    {
        using FafProgram faf = new();

        FafResult result = faf.Run("", "compile", "module", "--max-memory-bytes", "0");

        Assert.NotEqual(0, result.ExitCode);
    }

    private static async Task AssertRefusedAsync(CompileProcessOptions process, string reason)
    {
        await using MessagingHost host = Host(process);
        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() =>
            host.AddComponent("mirror", TestFiles.PathOf(TestFiles.CMirror))
        );

        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.NotNull(host.AddEndpoint("client"));
    }

    private static MessagingHost Host(CompileProcessOptions? process, GuestRuntime runtime = GuestRuntime.Direct) =>
        new(
            new()
            {
                Workers = 0,
                CompileCache = null,
                CompileProcess = process,
                PrefersComponentApi = runtime == GuestRuntime.ComponentApi,
            }
        );
}
