using FireAndForget.Guests.Instances;
using Xunit;

namespace FireAndForget.Tests.Guests;

public class GuestErrorsTests
{
    [Theory]
    [InlineData("type mismatch (at offset 0x1).", "type mismatch (at offset 0x1)")]
    [InlineData("it failed\n\nCaused by:\n    unknown import", "unknown import")]
    [InlineData(
        "it failed\n\nCaused by:\n    0: in a function\n    1: wasm trap: unreachable",
        "wasm trap: unreachable"
    )]
    [InlineData(
        "it failed\n\nCaused by:\n    type mismatch for `f`\n    expected: (func)\n    found:    (func (param i64))",
        "type mismatch for `f`; expected: (func); found: (func (param i64))"
    )]
    [InlineData(
        "it failed\n\nCaused by:\n    0: first\n       of two lines\n    1: type mismatch\n       expected: a\n       7: b",
        "type mismatch; expected: a; 7: b"
    )]
    [InlineData("it failed\n\nCaused by:\n", "it failed")]
    [InlineData("", "")]
    public void Cause_OfWhatWasmtimePrints_IsTheLastOneWhole(string message, string cause) =>
        Assert.Equal(cause, GuestErrors.Cause(message));
}
