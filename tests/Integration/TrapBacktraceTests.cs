using System.Text;
using Microsoft.Extensions.Logging;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>
/// Names of a guest's functions never reach the engine, which would demangle them without bound at each trap; a person who debugs
/// the guest reads them as they are.
/// </summary>
public class TrapBacktraceTests
{
    /// <summary>Where the engine demangles it, this takes memory for two to the power of its letters; here it has a few.</summary>
    private const string Mangled = "_Z1fI1AIiiES0_IS1_S1_EEvv";

    private const string Body = $$"""
        (memory (export "memory") 1)
        (func $cabi (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
        (func ${{Mangled}} unreachable)
        (func $handle (export "handle-message") (param i32 i32 i32 i32) (result i32) (call ${{Mangled}}) i32.const 0)
        """;

    private const string Module = $"(module {Body})";

    private const string Component = $"""
        (component
          (core module $m {Body})
          (core instance $i (instantiate $m))
          (func (export "handle-message") (param "sender" string) (param "message" (list u8)) (result (result))
            (canon lift (core func $i "handle-message") (memory (core memory $i "memory")) (realloc (core func $i "cabi_realloc")))))
        """;

    public static TheoryData<string, GuestRuntime> Guests =>
        new()
        {
            { Module, GuestRuntime.Direct },
            { Component, GuestRuntime.Direct },
            { Component, GuestRuntime.ComponentApi },
        };

    [Theory]
    [MemberData(nameof(Guests))]
    public async Task Trap_LoggedAtDebug_SaysWhereWithNamesAsTheyAre(string wat, GuestRuntime runtime)
    {
        KeptLog log = new(LogLevel.Debug);

        await TrapAsync(wat, runtime, log);

        string line = Assert.Single(log.Lines, line => line.Contains(" trapped in ", StringComparison.Ordinal));
        // On the component API, modules of the host's guards stand before the guest's.
        Assert.Matches(
            $@"in module \d+ function 1 \({Mangled}\) at byte \d+, module \d+ function 2 \(handle\) at byte \d+",
            line
        );
    }

    [Theory]
    [MemberData(nameof(Guests))]
    public async Task Trap_NotLoggedAtDebug_SaysNothing(string wat, GuestRuntime runtime)
    {
        KeptLog log = new(LogLevel.Information);

        await TrapAsync(wat, runtime, log);

        Assert.DoesNotContain(log.Lines, line => line.Contains("trapped in", StringComparison.Ordinal));
    }

    /// <summary>A module with and without a section before its code: the engine gets the same, and each has its own places.</summary>
    [Fact]
    public async Task Trap_PlaceOfAModuleWithSectionsBeforeItsCode_IsThatOfTheFile()
    {
        long plain = await PlaceInFunctionAsync(Module);
        long behind = await PlaceInFunctionAsync(
            $"""(module (@custom "first" (before first) "{new string('x', 300)}") {Body})"""
        );

        Assert.InRange(plain, 1, 2);
        Assert.Equal(plain, behind);
    }

    [Theory]
    [MemberData(nameof(Guests))]
    public async Task Trap_NameThatDoublesAtEachLetter_IsOver(string wat, GuestRuntime runtime)
    {
        // Demangled, the name has twenty to the power of nine parts.
        StringBuilder name = new("_Z1f1AIiiiiiiiiiiES_");
        for (int i = 0; i < 9; i++)
        {
            name.Append('I').Insert(name.Length, $"S{i}_", 10).Append("ES_");
        }

        name.Length -= 3;
        KeptLog log = new(LogLevel.Debug);

        await TrapAsync(wat.Replace(Mangled, $"{name}E", StringComparison.Ordinal), runtime, log);

        Assert.Contains(log.Lines, line => line.Contains("(\"_Z1f1A", StringComparison.Ordinal) && line.Length < 600);
    }

    /// <summary>Where in the function that traps the backtrace says that it did.</summary>
    private static async Task<long> PlaceInFunctionAsync(string wat)
    {
        KeptLog log = new(LogLevel.Debug);
        await TrapAsync(wat, GuestRuntime.Direct, log);

        // The function's length, no locals, unreachable, end.
        int start = Wasmtime.Module.ConvertText(wat).AsSpan().IndexOf((ReadOnlySpan<byte>)[3, 0, 0, 0x0B]);
        string line = Assert.Single(log.Lines, line => line.Contains(" trapped in ", StringComparison.Ordinal));
        string place = line.Split($"({Mangled}) at byte ")[1].Split(',')[0];
        return long.Parse(place, System.Globalization.CultureInfo.InvariantCulture) - start;
    }

    private static async Task TrapAsync(string wat, GuestRuntime runtime, ILogger log)
    {
        await using MessagingHost host = new(
            new()
            {
                Workers = 0,
                Logger = log,
                PrefersComponentApi = runtime == GuestRuntime.ComponentApi,
            }
        );
        host.AddComponent("guest", ComponentSource.FromText(wat));
        MessagingEndpoint client = host.AddEndpoint("client");
        using EventSubscription events = host.Subscribe();
        client.Send("guest", [1]);
        while (host.Pump() != 0) { }

        Assert.True(events.TryRead(out HostEvent? happened));
        Assert.Equal("wasm trap: wasm `unreachable` instruction executed", Assert.IsType<DeadLetter>(happened).Reason);
    }

    private sealed class KeptLog(LogLevel least) : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            lock (Lines)
            {
                Lines.Add(formatter(state, exception));
            }
        }
    }
}
