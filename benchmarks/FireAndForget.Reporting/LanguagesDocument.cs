// Makes docs/languages/cost.md out of the results of a run, whole. The words are in LanguagesDocument.md, beside this file; here is what
// its placeholders stand for.

namespace FireAndForget.Reporting;

/// <summary>The document about the cost of guests by language and runtime.</summary>
public sealed class LanguagesDocument
{
    private const string C = "c-mirror.wasm";
    private const string JavaScript = "js-mirror.wasm";

    private static readonly (string File, string What)[] Guests =
    [
        (C, "C"),
        ("c-mirror-wasi.wasm", "C, imports WASI and uses none of it"),
        ("c-mirror-log.wasm", "C, logs a line for each message through WASI"),
        ("c-mirror-reactor.wasm", "C, a core module with WASI preview 1"),
        ("cpp-mirror.wasm", "C++, with exceptions"),
        ("rust-mirror.wasm", "Rust"),
        ("rust-mirror-wasip1.wasm", "Rust, a core module with WASI preview 1"),
        ("zig-mirror.wasm", "Zig"),
        ("swift-mirror.wasm", "Swift"),
        ("as-mirror.wasm", "AssemblyScript"),
        ("go-mirror.wasm", "Go"),
        ("csharp-mirror.wasm", "C#"),
        ("wat-mirror.wat", "WAT"),
        (JavaScript, "JavaScript, StarlingMonkey with WASI"),
        ("js-mirror-pure.wasm", "JavaScript, StarlingMonkey without WASI"),
        ("js-mirror-quickjs.wasm", "JavaScript, QuickJS with WASI"),
    ];

    private const string Module = "core module";
    private const string Preview1 = "core module, WASI preview 1";
    private const string Component = "component";
    private const string ComponentWithWasi = "component, WASI 0.2";

    /// <summary>What each language's compiler makes, by the command that its page has.</summary>
    private static readonly (string Language, string Command, string Makes, string File)[] Defaults =
    [
        ("[C#](csharp.md)", "dotnet build", ComponentWithWasi, "csharp-mirror.wasm"),
        ("[C](c.md)", "clang --target=wasm32-wasi -mexec-model=reactor", Preview1, "c-mirror-reactor.wasm"),
        ("[C](c.md)", "the same, wasm-tools component new", Component, C),
        ("[C++](cpp.md)", "em++ -fwasm-exceptions, wasm-opt --translate-to-exnref", Preview1, "cpp-mirror.wasm"),
        ("[Rust](rust.md)", "rustc --target=wasm32-wasip1", Preview1, "rust-mirror-wasip1.wasm"),
        (
            "[Rust](rust.md)",
            "rustc --target=wasm32-unknown-unknown, wasm-tools component new",
            Component,
            "rust-mirror.wasm"
        ),
        ("[Go](go.md)", "go build -buildmode=c-shared", Preview1, "go-mirror.wasm"),
        ("[Zig](zig.md)", "zig build-lib -dynamic -rdynamic -target wasm32-wasi", Preview1, "zig-mirror.wasm"),
        ("[Swift](swift.md)", "swiftc -target wasm32-unknown-none-wasm", Preview1, "swift-mirror.wasm"),
        ("[AssemblyScript](assemblyscript.md)", "asc", Module, "as-mirror.wasm"),
        ("[JavaScript](javascript.md)", "jco componentize", ComponentWithWasi, JavaScript),
        ("[JavaScript](javascript.md)", "componentize-qjs --sync", ComponentWithWasi, "js-mirror-quickjs.wasm"),
        ("[WAT](wat.md)", "none", Module, "wat-mirror.wat"),
    ];

    private static readonly int[] Sizes = [16, 256];

    private static readonly string[] Times =
    [
        LanguagesResults.Cold,
        LanguagesResults.FirstCached,
        LanguagesResults.LaterCached,
        LanguagesResults.ThousandCached,
    ];

    private readonly LanguagesResults _results;

    private LanguagesDocument(LanguagesResults results) => _results = results;

    /// <summary>Makes the document of a run.</summary>
    /// <param name="results">The results.</param>
    /// <returns>The text.</returns>
    public static string Generate(LanguagesResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        return PageTemplate.ReadResource("LanguagesDocument.md").Render(new LanguagesDocument(results).Values());
    }

    /// <summary>What each placeholder of the template stands for, in the order of the page.</summary>
    private Dictionary<string, object> Values() =>
        new()
        {
            ["is_quick"] = _results.Run.IsQuick,
            ["unfit"] = string.Join("; ", _results.Run.Unfit),
            ["run"] = Rows.Of(_results.Run.Rows(), row => [row.What, row.Value]),
            ["languages"] = Languages(),
            ["messages"] = Messages(),
            ["not_built"] = string.Join(
                ", ",
                Guests.Where(guest => !IsMeasured(guest.File)).Select(guest => $"`{guest.File}`")
            ),
            ["loads"] = Loads(),
            ["starts"] = Rows.Of<string>(
                [LanguagesResults.OnDotNet, LanguagesResults.Native],
                how => [how, .. new[] { C, JavaScript }.Select(guest => Show.Time(1e6 * _results.StartOf(guest, how)))]
            ),
            ["goals"] = Goals(),
        };

    private string Languages() =>
        Rows.Of(
            Defaults,
            row =>
                [
                    row.Language,
                    $"`{row.Command}`",
                    row.Makes,
                    Runs(row.File),
                    Show.Time(Time(row.File, LanguagesResults.Direct) ?? Time(row.File, LanguagesResults.ComponentApi)),
                    Show.Time(1e6 * Load(row.File, LanguagesResults.Cold)),
                    Show.Time(1e6 * Load(row.File, LanguagesResults.LaterCached)),
                    _results.InstanceMemory(row.File) is { } bytes ? Show.Size(bytes) : Show.Missing,
                ]
        );

    private string Runs(string file) =>
        !IsMeasured(file) ? "not built when this was measured"
        : Time(file, LanguagesResults.Direct) is null ? "component API"
        : "direct";

    private string Messages() =>
        Rows.Of(
            Guests.SelectMany(guest => Sizes.Select(size => (guest.File, guest.What, Size: size))),
            row =>
            {
                double? direct = Time(row.File, LanguagesResults.Direct, row.Size);
                double? api = Time(row.File, LanguagesResults.ComponentApi, row.Size);
                return
                [
                    row.What,
                    $"`{row.File}`",
                    Show.Size(row.Size),
                    Show.Time(direct),
                    Show.Times(direct / Time(C, LanguagesResults.Direct, row.Size)),
                    Show.Time(api),
                    Show.Times(api / direct),
                ];
            }
        );

    private string Loads()
    {
        return Rows.Of(
            Times,
            when =>
                [
                    when,
                    Show.Time(1e6 * Load(C, when)),
                    Memory(C, when),
                    Show.Time(1e6 * Load(JavaScript, when)),
                    Memory(JavaScript, when),
                ]
        );

        string Memory(string guest, string when) =>
            _results.Load(LanguagesResults.PeakMemory, guest, when) is { } bytes ? Show.Size(bytes) : Show.Missing;
    }

    private string Goals()
    {
        return Rows.Of(
            [
                Goal(
                    "C that imports WASI and uses none of it, to C without",
                    "at most 1.1 ×",
                    Time("c-mirror-wasi.wasm", LanguagesResults.Direct) / Time(C, LanguagesResults.Direct),
                    ratio => ratio <= 1.1,
                    Show.Times
                ),
                Goal(
                    "C that logs a line for each message, component API to direct",
                    "at least 10 ×",
                    Ahead("c-mirror-log.wasm"),
                    ratio => ratio >= 10,
                    Show.Times
                ),
                Goal(
                    "JavaScript with WASI, component API to direct",
                    "at least 2 ×",
                    Ahead(JavaScript),
                    ratio => ratio >= 2,
                    Show.Times
                ),
                LoadGoal("JavaScript, nothing in the compile cache", JavaScript, LanguagesResults.Cold, 7_000),
                LoadGoal("JavaScript, compiled before, a later load", JavaScript, LanguagesResults.LaterCached, 50),
                LoadGoal(
                    "JavaScript, compiled before, the first load of a process",
                    JavaScript,
                    LanguagesResults.FirstCached,
                    50
                ),
                LoadGoal("1,000 components in C, compiled before", C, LanguagesResults.ThousandCached, 1_000),
                LoadGoal(
                    "1,000 components in JavaScript, compiled before",
                    JavaScript,
                    LanguagesResults.ThousandCached,
                    1_000
                ),
                Goal(
                    "JavaScript, a start of `faf` compiled ahead of time to one on .NET",
                    "at most 0.33 ×",
                    _results.StartOf(JavaScript, LanguagesResults.Native)
                        / _results.StartOf(JavaScript, LanguagesResults.OnDotNet),
                    ratio => ratio <= 1.0 / 3,
                    Show.Times
                ),
            ],
            cells => cells
        );

        string[] LoadGoal(string what, string guest, string when, double most) =>
            Goal(
                what,
                $"at most {Show.Time(1e6 * most)}",
                Load(guest, when),
                ms => ms <= most,
                ms => Show.Time(1e6 * ms)
            );
    }

    private static string[] Goal(
        string what,
        string goal,
        double? value,
        Func<double, bool> isMet,
        Func<double?, string> show
    )
    {
        string verdict =
            value is null ? "not measured"
            : isMet(value.Value) ? "met"
            : "**missed**";
        return [what, goal, show(value), verdict];
    }

    private bool IsMeasured(string file) =>
        Time(file, LanguagesResults.Direct) is not null || Time(file, LanguagesResults.ComponentApi) is not null;

    private double? Ahead(string file) =>
        Time(file, LanguagesResults.ComponentApi) / Time(file, LanguagesResults.Direct);

    private double? Time(string file, string runtime, int size = 16) => _results.MessageTime(file, runtime, size);

    private double? Load(string guest, string when) => _results.Load(LanguagesResults.Loading, guest, when);
}
