using FireAndForget.Guests.Instances;
using FireAndForget.Tests.Cli;
using FireAndForget.Tests.Guests;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>Imports that neither runtime has: a load and <c>faf inspect</c> name them, in the same words.</summary>
public sealed class ComponentApiImportTests : IDisposable
{
    private readonly FafProgram _faf = new();

    public void Dispose() => _faf.Dispose();

    [Theory]
    [InlineData(
        "wasi:http/outgoing-handler@0.2.0",
        """(export "handle" (func (result u32)))""",
        "it imports wasi:http/outgoing-handler@0.2.0, which the host does not offer"
    )]
    [InlineData(
        "wasi:keyvalue/store@0.2.0-draft",
        """(export "open" (func (param "id" string)))""",
        "it imports wasi:keyvalue/store@0.2.0-draft, which the host does not offer"
    )]
    [InlineData(
        "made:up/thing@1.0.0",
        """(export "do" (func))""",
        "it imports made:up/thing@1.0.0, which the host does not offer"
    )]
    [InlineData(
        "wasi:cli/exit@0.2.0",
        """(export "leave" (func))""",
        "it imports wasi:cli/exit@0.2.0#leave, which the host does not offer"
    )]
    [InlineData(
        "wasi:cli/exit@0.2.0",
        """(export "exit" (func (param "code" u8)))""",
        "it imports wasi:cli/exit@0.2.0#exit (as func(code: u8)), which the host does not offer"
    )]
    public async Task Import_ThatNobodyOffers_IsNamed(string name, string exports, string said)
    {
        string wat = MessengerWat.Receiver($"(import \"{name}\" (instance {exports}))");

        await AssertRefusedAsync(
            wat,
            said,
            "Build it for the world receiver or messenger of messaging.wit, without what needs other imports."
        );
    }

    /// <summary>The direct runtime has it and Wasmtime does not; strings in UTF-16 need Wasmtime.</summary>
    [Fact]
    public async Task Import_ThatOnlyTheOtherRuntimeHas_IsNamed() =>
        await AssertRefusedAsync(
            MessengerWat.Receiver(
                NetworkErrorCode,
                lift: MessengerWat.Lift(MessengerWat.Options + " string-encoding=utf16")
            ),
            LacksNetworkErrorCode,
            "Build it without what needs that."
        );

    [Fact]
    public async Task Import_ThatOnlyTheOtherRuntimeHas_IsNamedWhereAFolderIsGranted()
    {
        await using TestHost host = new();
        ComponentOptions folder = new()
        {
            Wasi = new() { Directories = [new() { Host = AppContext.BaseDirectory, Guest = "/" }] },
        };
        string wat = MessengerWat.Receiver(NetworkErrorCode);

        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() => host.AddText("guest", wat, folder));

        Assert.Contains($"guest.wat: {LacksNetworkErrorCode}", e.Message, StringComparison.Ordinal);
        host.AddText("direct", wat);
    }

    private const string NetworkErrorCode = """
        (import "wasi:io/error@0.2.3" (instance $errors (export "error" (type (sub resource)))))
        (alias export $errors "error" (type $error))
        (import "wasi:sockets/network@0.2.3" (instance
          (export "error" (type $e (eq $error)))
          (type $codes (enum "unknown" "access-denied" "not-supported" "invalid-argument" "out-of-memory" "timeout"
            "concurrency-conflict" "not-in-progress" "would-block" "invalid-state" "new-socket-limit" "address-not-bindable"
            "address-in-use" "remote-unreachable" "connection-refused" "connection-reset" "connection-aborted"
            "datagram-too-large" "name-unresolvable" "temporary-resolver-failure" "permanent-resolver-failure"))
          (export "error-code" (type $code (eq $codes)))
          (export "network-error-code" (func (param "err" (borrow $e)) (result (option $code))))))
        """;

    private const string LacksNetworkErrorCode =
        "it imports wasi:sockets/network@0.2.3#network-error-code, which the component-API runtime does not have "
        + "(function implementation is missing)";

    private async Task AssertRefusedAsync(string wat, params string[] said)
    {
        await using TestHost host = new();
        _faf.Write("guest.wat", wat);

        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() => host.AddText("guest", wat));
        FafResult inspected = _faf.Run("", "inspect", "guest.wat", "--json");

        Assert.StartsWith("guest.wat: ", e.Message, StringComparison.Ordinal);
        Assert.All(said, text => Assert.Contains(text, e.Message, StringComparison.Ordinal));
        inspected.AssertError(1, said);
        inspected.AssertError(1, "guest.wat: cannot be hosted: ", e.Message["guest.wat: ".Length..]);
    }
}
