using Xunit;

namespace FireAndForget.Tests;

/// <summary>What a wrong argument or file gets: an exception at that call that says what, which value and what to do.</summary>
public class BadInputTests
{
    internal const string Realloc = """
        (memory (export "memory") 1)
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 16)
        """;

    internal const string Handle =
        """(func (export "handle-message") (param i32 i32 i32 i32) (result i32) i32.const 0)""";

    [Fact]
    public Task Add_HelloWorld_SaysWhatIsMissing() =>
        AssertRefusedAsync(
            ComponentSource.FromFile(TestFiles.PathOf(TestFiles.HelloWorld)),
            TestFiles.HelloWorld,
            "exports no handle-message",
            "func(sender: string, message: list<u8>) -> result",
            "exports hello"
        );

    [Fact]
    public Task Add_NoWebAssembly_SaysWithWhatItStarts() =>
        AssertRefusedAsync(
            ComponentSource.FromBytes([0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0], "program"),
            "program",
            "no WebAssembly",
            "7f454c46",
            "0061736d"
        );

    [Fact]
    public Task Add_NoBytes_SaysSo() =>
        AssertRefusedAsync(ComponentSource.FromBytes([], "empty.wasm"), "empty.wasm", "no bytes");

    [Theory]
    [InlineData(TestFiles.HandleMessage)]
    [InlineData(TestFiles.Basic)]
    [InlineData(TestFiles.CMirror)]
    [InlineData(TestFiles.RustReceiver)]
    public async Task Add_TruncatedAnywhere_IsRefused(string name)
    {
        byte[] whole = await File.ReadAllBytesAsync(TestFiles.PathOf(name), TestContext.Current.CancellationToken);
        await using TestHost host = new();
        int step = Math.Max(1, whole.Length / 50);

        for (int length = 1; length < whole.Length; length += step)
        {
            ComponentSource source = ComponentSource.FromBytes(whole[..length], "cut.wasm");
            ComponentLoadException e = Assert.Throws<ComponentLoadException>(() =>
                host.Host.AddComponent("cut", source)
            );
            Assert.StartsWith("cut.wasm: ", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public Task Add_MissingFile_NamesIt() =>
        AssertRefusedAsync(ComponentSource.FromFile("no/such/file.wasm"), "no/such/file.wasm", "cannot be read");

    [Fact]
    public Task Add_Directory_NamesIt() =>
        AssertRefusedAsync(
            ComponentSource.FromFile(AppContext.BaseDirectory),
            AppContext.BaseDirectory,
            "cannot be read: it is a folder"
        );

    [Fact]
    public Task Add_TextThatIsNoWat_SaysSo() =>
        AssertRefusedAsync(ComponentSource.FromText("(module (oops))", "bad.wat"), "bad.wat", "not WAT");

    [Fact]
    public Task Add_TextAsBytes_SaysWhatToDo() =>
        AssertRefusedAsync(ComponentSource.FromBytes("(module)"u8.ToArray(), "text.wasm"), "text.wasm", ".wat");

    [Fact]
    public Task Add_UnknownImportOfAModule_NamesIt() =>
        AssertRefusedAsync(
            ComponentSource.FromText($"""(module (import "env" "clock" (func)) {Realloc} {Handle})""", "m.wat"),
            "m.wat",
            "env.clock"
        );

    [Fact]
    public Task Add_UnknownFunctionOfHostMessaging_NamesIt() =>
        AssertRefusedAsync(
            ComponentSource.FromText($"""(module (import "host-messaging" "recv" (func)) {Realloc} {Handle})"""),
            "host-messaging.recv"
        );

    [Fact]
    public Task Add_SendOfAnotherType_NamesIt() =>
        AssertRefusedAsync(
            ComponentSource.FromText(
                $"""(module (import "host-messaging" "send" (func (param i32) (result i32))) {Realloc} {Handle})"""
            ),
            "send"
        );

    [Fact]
    public Task Add_UnknownImportsOfAComponent_NamesEach() =>
        AssertRefusedAsync(
            ComponentSource.FromText(
                """
                (component
                  (import "acme:clock/now@1.0.0" (instance (export "now" (func (result u64)))))
                  (import "acme:disk/files" (instance (export "open" (func (result u32))))))
                """
            ),
            "acme:clock/now@1.0.0",
            "acme:disk/files"
        );

    [Theory]
    [InlineData("(param i32 i32 i32) (result i32)", "i32.const 0")]
    [InlineData("(param i32 i32 i32 i32) (result i64)", "i64.const 0")]
    [InlineData("(param i32 i32 i32 i32)", "")]
    public Task Add_HandleMessageOfAnotherType_SaysWhichItShouldBe(string type, string body) =>
        AssertRefusedAsync(
            ComponentSource.FromText($"""(module {Realloc} (func (export "handle-message") {type} {body}))"""),
            "handle-message",
            "i32"
        );

    [Theory]
    [InlineData("memory")]
    [InlineData("cabi_realloc")]
    [InlineData("handle-message")]
    public Task Add_ModuleWithoutAnExport_NamesIt(string missing)
    {
        string all = $"{Realloc} {Handle}";
        return AssertRefusedAsync(
            ComponentSource.FromText(
                $"(module {all.Replace($"(export \"{missing}\")", "", StringComparison.Ordinal)})"
            ),
            missing
        );
    }

    [Fact]
    public Task Add_ModuleThatDoesNotValidate_SaysSo() =>
        AssertRefusedAsync(
            ComponentSource.FromText(
                $"(module {Realloc} {Handle.Replace("i32.const 0", "i64.const 0", StringComparison.Ordinal)})",
                "m.wat"
            ),
            "m.wat",
            "not valid WebAssembly"
        );

    [Theory]
    [InlineData("")]
    [InlineData("-starts-with-a-dash")]
    [InlineData("Upper")]
    [InlineData("with space")]
    [InlineData("ümlaut")]
    public async Task Add_BadId_ShowsItAndTheForm(string id)
    {
        await using TestHost host = new();

        ArgumentException component = Assert.Throws<ArgumentException>(() => host.Add(id, TestFiles.Basic));
        ArgumentException endpoint = Assert.Throws<ArgumentException>(() => host.Host.AddEndpoint(id));

        Assert.Equal("id", component.ParamName);
        Assert.Contains(
            "is not an id: an id is 1 to 128 characters of a-z, 0-9",
            component.Message,
            StringComparison.Ordinal
        );
        Assert.Equal(component.Message, endpoint.Message);
    }

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public async Task Add_IdOfThisLength_IsTakenUpTo128(int length, bool isTaken)
    {
        await using TestHost host = new();
        string id = new('a', length);

        Exception? error = Record.Exception(() => host.Host.AddEndpoint(id));

        Assert.Equal(isTaken, error is null);
    }

    [Fact]
    public async Task Add_TakenId_SaysSo()
    {
        await using TestHost host = new();
        host.AddSender("one");

        ArgumentException component = Assert.Throws<ArgumentException>(() => host.Add("one", TestFiles.Basic));
        ArgumentException endpoint = Assert.Throws<ArgumentException>(() => host.AddSender("one"));

        Assert.Contains("'one' is registered already", component.Message, StringComparison.Ordinal);
        Assert.Equal(component.Message, endpoint.Message);
    }

    [Fact]
    public async Task Add_TakenIdFromManyThreads_OneGetsIt()
    {
        await using TestHost host = new();
        int added = 0;
        using Barrier start = new(4);

        await Parallelly.RunAsync(
            4,
            _ =>
            {
                start.SignalAndWait(TestHost.Patience);
                try
                {
                    host.Add("same", TestFiles.Basic);
                    Interlocked.Increment(ref added);
                }
                catch (ArgumentException)
                {
                    // The others.
                }
            }
        );

        Assert.Equal(1, added);
        Assert.Equal(SendStatus.Accepted, host.AddSender().Send("same", [1]));
        AccountingAssert.AssertEnded((await host.SettleAsync()).Messages, handled: 1);
    }

    [Fact]
    public async Task Add_Nulls_Throw()
    {
        await using TestHost host = new();

        Assert.Throws<ArgumentNullException>(() => host.Host.AddComponent("a", (ComponentSource)null!));
        Assert.Throws<ArgumentNullException>(() => host.Host.AddComponent("a", (string)null!));
        Assert.Throws<ArgumentNullException>(() => host.Host.AddComponent(null!, TestFiles.PathOf(TestFiles.Basic)));
        Assert.Throws<ArgumentNullException>(() => host.Host.AddEndpoint(null!));
        Assert.Throws<ArgumentNullException>(() => host.Host.Remove(null!));
        Assert.Throws<ArgumentNullException>(() => ComponentSource.FromBytes(null!));
        Assert.Throws<ArgumentNullException>(() => ComponentSource.FromText(null!));
    }

    [Fact]
    public async Task Add_FailedLoads_LeaveTheHostAsItWas()
    {
        await using TestHost host = new();
        host.Add("handler", TestFiles.HandleMessage, new() { SendsTo = ["client"] });
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        HostStatistics before = host.Statistics;

        Assert.Throws<ComponentLoadException>(() => host.Add("next", TestFiles.HelloWorld));
        Assert.Throws<ComponentLoadException>(() => host.Add("next", "trap-in-start.wat"));
        Assert.Throws<ComponentLoadException>(() => host.Add("next", "memory-initial-too-large.wat"));
        Assert.Throws<ArgumentException>(() => host.Add("handler", TestFiles.Basic));

        Assert.Equal(before, host.Statistics);
        Assert.Empty(host.Events);
        Assert.Equal(SendStatus.TargetNotFound, client.Send("next", [1]));
        Assert.Equal(SendStatus.Accepted, client.Send("handler", [Payload.EchoCommand]));
        await host.SettleAsync();
        Assert.Equal(1, inbox.Count);
        host.Add("next", TestFiles.Basic);
        Assert.Equal(SendStatus.Accepted, client.Send("next", [1]));
    }

    private static async Task AssertRefusedAsync(ComponentSource source, params string[] parts)
    {
        await using TestHost host = new();

        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() => host.Host.AddComponent("bad", source));

        Assert.StartsWith($"{source.Name}: ", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain($"{source.Name}: {source.Name}", e.Message, StringComparison.Ordinal);
        Assert.All(parts, part => Assert.Contains(part, e.Message, StringComparison.Ordinal));
        Assert.False(host.Host.Remove("bad"));
    }
}
