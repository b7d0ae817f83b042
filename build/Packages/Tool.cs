// What tests of the packages and of the pages need that a machine may lack, and how it is found out whether it is there.

using System.Globalization;
using System.Text.RegularExpressions;

namespace FireAndForget.Build.Packages;

/// <summary>Something that a test needs.</summary>
/// <param name="what">What it is, in words.</param>
/// <param name="isHere">Whether this machine has it.</param>
internal sealed partial class Tool(string what, Func<PackageWorkshop, bool> isHere)
{
    private static readonly string[] Replaceable = ["clang", "rustc", "cargo"];

    public static readonly Tool Bash = Program("bash");
    public static readonly Tool Npm = Program(OperatingSystem.IsWindows() ? "npm.cmd" : "npm");
    public static readonly Tool Swift = Program("swiftc");
    public static readonly Tool Zig = Program("zig", "version");
    public static readonly Tool WasmTools = Program("wasm-tools");
    public static readonly Tool ComponentizePy = Program("componentize-py");
    public static readonly Tool Emscripten = Program("em++");
    public static readonly Tool Go = new("go 1.24 or later", HasGo);

    public static readonly Tool Clang = Compiler(
        "clang with lld that links for wasm32",
        "clang",
        "empty.c",
        "--target=wasm32",
        "-nostdlib",
        "-Wl,--no-entry"
    );

    public static readonly Tool ClangWithWasi = Compiler(
        "clang with lld and wasi-libc",
        "clang",
        "empty.c",
        "--target=wasm32-wasi",
        "--sysroot=/usr",
        "-mexec-model=reactor"
    );

    public static readonly Tool LibCppForWasi = new(
        "libc++ for WASI",
        _ => File.Exists("/usr/include/wasm32-wasi/c++/v1/algorithm")
    );

    /// <summary>A C compiler, by which the ahead-of-time compiler links.</summary>
    public static readonly Tool NativeLinker = new(
        "a C compiler, which links native programs,",
        workshop =>
            OperatingSystem.IsWindows()
            || OperatingSystem.IsMacOS()
            || workshop.Succeeds("clang", "--version")
            || workshop.Succeeds("gcc", "--version")
    );

    public static readonly Tool Cargo = new("cargo", workshop => workshop.Succeeds(PathOf("cargo"), "--version"));
    public static readonly Tool Rustc = RustcFor("wasm32-unknown-unknown");
    public static readonly Tool RustcWithWasi = RustcFor("wasm32-wasip1");

    /// <summary>The compilers that the variables CLANG, RUSTC and CARGO name where other ones come first on the path.</summary>
    public static IEnumerable<(string Name, string Path)> Named =>
        Replaceable.Select(name => (Name: name, Path: PathOf(name))).Where(tool => tool.Name != tool.Path);

    /// <summary>Skips the test where it is not here.</summary>
    /// <exception cref="PackageTestSkippedException">It is not.</exception>
    public void Require(PackageWorkshop workshop)
    {
        if (!isHere(workshop))
        {
            throw new PackageTestSkippedException($"{what} is not on this machine");
        }
    }

    private static Tool Program(string name, string version = "--version") =>
        new(name, workshop => workshop.Succeeds(name, version));

    private static Tool RustcFor(string target) =>
        Compiler($"rustc with the target {target}", "rustc", "empty.rs", "--crate-type=cdylib", $"--target={target}");

    /// <summary>A compiler with its linker and libraries: whether a module can be made of nothing.</summary>
    private static Tool Compiler(string what, string name, string source, params string[] options) =>
        new(
            what,
            workshop =>
            {
                string file = workshop.PathOf(Path.GetRandomFileName(), source);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllText(file, "");
                return workshop.Succeeds(PathOf(name), [.. options, file, "-o", $"{file}.wasm"]);
            }
        );

    private static string PathOf(string tool) => Environment.GetEnvironmentVariable(tool.ToUpperInvariant()) ?? tool;

    private static bool HasGo(PackageWorkshop workshop) =>
        workshop.Succeeds("go", "version")
        && GoVersion().Match(workshop.Run(".", "go", "", "version").Output) is { Success: true } version
        && int.Parse(version.Groups["minor"].Value, CultureInfo.InvariantCulture) >= 24;

    [GeneratedRegex(@"go1\.(?<minor>\d+)")]
    private static partial Regex GoVersion();
}
