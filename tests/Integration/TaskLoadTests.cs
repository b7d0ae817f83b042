using Xunit;

namespace FireAndForget.Tests;

/// <summary>Components with async functions beside their handlers, and such as cannot be hosted: what a load says.</summary>
public sealed class TaskLoadTests
{
    private const string AfterTheResults = "(core func $return-other (canon task.return (result u64)))";
    private const string AfterTheImports = "(import \"host\" \"return-other\" (func $return-other (param i64)))";
    private const string AfterTheArguments = "(export \"return-other\" (func $return-other))";

    /// <summary>
    /// A component that exports further async functions has a task.return for each type that they give, and none of the host's
    /// business: the first one's type was taken for the others.
    /// </summary>
    [Fact]
    public async Task Load_WithFurtherAsyncExports_Runs()
    {
        string wat = Guest(
            """
            (core func $return-float (canon task.return (result f32)))
            (core func $return-two (canon task.return (result (tuple u32 f64))))
            """,
            """
            (import "host" "return-float" (func (param f32)))
            (import "host" "return-two" (func (param i32 f64)))
            """,
            """(export "return-float" (func $return-float)) (export "return-two" (func $return-two))"""
        );
        await using TestHost host = new();
        host.AddText("guest", wat);

        Assert.Equal(SendStatus.Accepted, host.AddSender().Send("guest", new TaskGuest.Steps().Return().Message));

        Assert.Equal(1, (await host.SettleAsync()).Handled);
    }

    /// <summary>
    /// Parts of a component with an ordinary handler that the host never runs: such a guest was refused for want of what others have.
    /// </summary>
    [Theory]
    [InlineData("(type (func async)) (type (future u8)) (type (stream))")]
    [InlineData("(type (component (import \"run\" (func async))))")]
    [InlineData("(core func $f (canon backpressure.inc))")]
    [InlineData("(component (core func $f (canon task.cancel)))")]
    [InlineData(
        """
            (func $run async (canon lift (core func $i "run") async (callback (core func $i "call-back"))))
            (export "run" (func $run))
            """
    )]
    public async Task Load_WithAsyncPartsThatNothingCalls_Runs(string parts)
    {
        string wat = $"""
            (component
              (core module $m
                (memory (export "memory") 1)
                (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 16))
                (func (export "handle") (param i32 i32 i32 i32) (result i32) (i32.const 0))
                (func (export "run") (result i32) (i32.const 0))
                (func (export "call-back") (param i32 i32 i32) (result i32) (i32.const 0)))
              (core instance $i (instantiate $m))
              (func (export "handle-message") (param "sender" string) (param "message" (list u8)) (result (result))
                (canon lift (core func $i "handle") (memory (core memory $i "memory")) (realloc (core func $i "realloc"))))
              {parts})
            """;
        Assert.Null(ComponentInspection.Of(ComponentSource.FromText(wat)).Refusal);
        await using TestHost host = new();
        host.AddText("guest", wat);

        Assert.Equal(SendStatus.Accepted, host.AddSender().Send("guest", "x"u8));

        Assert.Equal(1, (await host.SettleAsync()).Handled);
    }

    /// <summary>What cannot be hosted, and the words that say why.</summary>
    public static TheoryData<string, string> Refused =>
        new()
        {
            {
                TaskGuest.Component.Replace(
                    "(func (export \"handle-message\") async",
                    "(func (export \"handle-message\")",
                    StringComparison.Ordinal
                ),
                "the `async` canonical option requires an async function type"
            },
            {
                Odd(
                    "(canon lower (func $host \"send\") async (memory $memory))",
                    "(param i32 i32 i32 i32 i32) (result i32)"
                ),
                "the `async` canonical option requires an async function type"
            },
            {
                Odd("(canon lower (func $clock \"now\") async (memory $memory))", "(param i32) (result i32)"),
                "the `async` canonical option requires an async function type"
            },
            { Odd("(canon context.get i64 0)", "(result i64)"), "context.get" },
            {
                Odd("(canon context.set i32 1)", "(param i32)"),
                "it needs the second slot of a context, a part of threads of the component model, which this host's engine does not have"
            },
            { Odd("(canon context.get i32 2)", "(result i32)"), "context" },
            { Odd("(canon thread.index)", "(result i32)"), "thread" },
        };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Load_WhatCannotBeHosted_SaysWhy(string wat, string words)
    {
        await using TestHost host = new();

        ComponentLoadException error = Assert.Throws<ComponentLoadException>(() => host.AddText("guest", wat));

        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    /// <summary>A guest with one more function.</summary>
    private static string Odd(string function, string type) =>
        Guest(
            $"(core func $odd {function})",
            $"(import \"host\" \"odd\" (func {type}))",
            "(export \"odd\" (func $odd))"
        );

    /// <summary>A guest with further functions of the canonical ABI, which its main module imports.</summary>
    private static string Guest(string functions, string imports, string arguments) =>
        TaskGuest
            .Component.Replace(AfterTheResults, $"{AfterTheResults}\n{functions}", StringComparison.Ordinal)
            .Replace(AfterTheImports, $"{AfterTheImports}\n{imports}", StringComparison.Ordinal)
            .Replace(AfterTheArguments, $"{AfterTheArguments} {arguments}", StringComparison.Ordinal);
}
