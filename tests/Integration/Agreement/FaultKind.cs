using System.Text.RegularExpressions;

namespace FireAndForget.Tests.Agreement;

/// <summary>
/// What is the same in both runtimes' words for a fault: the direct one says more about functions, addresses and handles, which
/// Wasmtime's component API keeps to itself.
/// </summary>
internal static partial class FaultKind
{
    private static readonly (Regex Said, string Kind)[] Kinds =
    [
        (CallsOut(), "it called an import while realloc or post-return ran"),
        (HandedOutside(), "something lies outside the guest's memory"),
        (GivenOutside(), "something lies outside the guest's memory"),
        (AnswerOutside(), "something lies outside the guest's memory"),
        (ArgumentOutside(), "something lies outside the guest's memory"),
        (CopiedOutside(), "something lies outside the guest's memory"),
        (NoResult(), "it was unreachable, or answered what is not a result"),
        (TooManyHandles(), "it holds too many handles"),
        (PollsNothing(), "it polled nothing"),
        (NoCase(), "it gave what is no case of a type"),
        (HasChildren(), "it dropped a stream before its pollable"),
        (Unaligned(), "something is not aligned"),
        (TooMuchWritten(), "it wrote more than it may at once"),
        (TooMuchRandom(), "it asked for too many random bytes"),
        (NotUtf8(), "a string is not UTF-8"),
        (Handles(), "a handle is not there, or is of another kind"),
    ];

    public static string Of(string reason) =>
        Kinds.Aggregate(Written().Replace(reason, "").TrimEnd('.'), (text, kind) => kind.Said.Replace(text, kind.Kind));

    // On the component API output may come later than the trap.
    [GeneratedRegex("; it wrote no reason: [^;]*|; it wrote: .*")]
    private static partial Regex Written();

    [GeneratedRegex("it called [^;]* while realloc or post-return ran")]
    private static partial Regex CallsOut();

    // Between two components the engine does not say which of them it was.
    [GeneratedRegex("what it handed over, or what realloc gave, lies outside the guest's memory")]
    private static partial Regex HandedOutside();

    [GeneratedRegex("what realloc gave[^;]* lies outside the guest's memory( of [0-9]+ bytes)?")]
    private static partial Regex GivenOutside();

    [GeneratedRegex("the room for (the|an) answer[^;]* lies outside the guest's memory( of [0-9]+ bytes)?")]
    private static partial Regex AnswerOutside();

    [GeneratedRegex(
        "(the target|the topic|the message|an argument|the name|the answer to a request)[^;]* lies outside the guest's memory( of [0-9]+ bytes)?"
    )]
    private static partial Regex ArgumentOutside();

    // The courier copies, and traps as the guest's own code would.
    [GeneratedRegex("wasm trap: out of bounds memory access")]
    private static partial Regex CopiedOutside();

    [GeneratedRegex(
        "wasm trap: wasm `unreachable` instruction executed|handle-message answered [0-9]+, which is not a result"
            + "|it answered what is not a result"
    )]
    private static partial Regex NoResult();

    [GeneratedRegex(
        "it holds [0-9]+ handles, and may hold no more|cannot allocate another handle: store handle limit exceeded"
    )]
    private static partial Regex TooManyHandles();

    [GeneratedRegex("it called poll without a pollable|empty poll list")]
    private static partial Regex PollsNothing();

    [GeneratedRegex(
        "it called [^;]* with [0-9]+, which is no [^;]*|it called exit with [0-9]+, which is not a result|"
            + "(invalid expected|unexpected) discriminant(: [0-9]+)?"
    )]
    private static partial Regex NoCase();

    [GeneratedRegex("it dropped an [^;]* before the pollable that came from it|resource has children")]
    private static partial Regex HasChildren();

    [GeneratedRegex(
        "it gave [^;]* bytes, and may write [0-9]+ at once, as check-write says|write exceeded budget"
            + "|cannot write more zeroes than `check_write` allows"
            + "|Buffer too large for blocking-write-(zeroes-)?and-flush \\(expected at most [0-9]+\\)"
    )]
    private static partial Regex TooMuchWritten();

    [GeneratedRegex(
        "it asked [^;]* for [0-9]+ bytes, and the most are [0-9]+|it asked for [0-9]+ random bytes, and may ask for [0-9]+ at once"
    )]
    private static partial Regex TooMuchRandom();

    [GeneratedRegex("(the target|the topic|the name for [^;]*) is not UTF-8")]
    private static partial Regex NotUtf8();

    [GeneratedRegex("(realloc return:)?[^:;]* (is )?not aligned( to [0-9]+)?|wasm trap: unaligned pointer")]
    private static partial Regex Unaligned();

    [GeneratedRegex(
        "it has no handle [^;]*|its handle [0-9]+ is [^;]*|unknown handle index [0-9]+|handle index [0-9]+ used with the wrong type[^;]*"
    )]
    private static partial Regex Handles();
}
