// Builds the guests of fixtures/guests out of their sources, below artifacts/guests: npm's packages are put there too. The small
// ones are committed, and compared with what is built here; the large ones are for the tests to find there.

using System.ComponentModel;
using Cake.Common;
using Cake.Common.Diagnostics;
using Cake.Common.IO;
using Cake.Core;
using Cake.Core.IO;
using Path = System.IO.Path;

namespace FireAndForget.Build.Runners;

internal sealed class GuestRunner(BuildContext context)
{
    private const string World = "messenger";

    private static readonly string Npm = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
    private static readonly string Rustc = Environment.GetEnvironmentVariable("RUSTC") ?? "rustc";
    private static readonly string[] Clang =
    [
        "--target=wasm32-wasi",
        "--sysroot=/usr",
        "-O2",
        "-mexec-model=reactor",
        "-Wl,--strip-all",
    ];
    private static readonly string[] Rust =
    [
        "--target=wasm32-unknown-unknown",
        "--edition=2021",
        "--crate-type=cdylib",
        "-Copt-level=3",
        "-Clto",
        "-Cpanic=abort",
        "-Cstrip=symbols",
    ];

    private readonly DirectoryPath _sources = context.Root.Combine("fixtures/guests");
    private readonly DirectoryPath _built = context.Artifacts.Combine("guests");
    private readonly string _wit = context.Root.CombineWithFilePath("fixtures/wit/messaging.wit").FullPath;
    private bool _updates;

    public void Run()
    {
        _updates = context.HasArgument("update");
        foreach (string folder in new[] { "assemblyscript", "c", "csharp", "go", "javascript", "rust" })
        {
            context.EnsureDirectoryExists(_built.Combine(folder));
        }

        RequireNode();
        bool hasC = HasLinker(
            "C",
            "clang",
            Clang,
            "empty.c",
            "apt-get install clang lld wasi-libc libclang-rt-dev-wasm32 on Debian"
        );
        bool hasRust = HasLinker(
            "Rust",
            Rustc,
            Rust,
            "empty.rs",
            "rustup target add wasm32-unknown-unknown, or apt-get install rustc libstd-rust-dev-wasm32 on Debian, and "
                + "RUSTC=/usr/bin/rustc where another rustc comes first on the PATH"
        );

        InstallPackages();
        if (hasC)
        {
            BuildC("c-mirror", "c-mirror.c");
            BuildC("c-mirror-wasi", "c-mirror.c", "-DREPORTS");
            BuildC("c-mirror-log", "c-mirror.c", "-DLOGS");
            BuildC("c-wasi", "c-wasi.c");
        }

        if (hasRust)
        {
            BuildRust("rust-mirror");
        }

        BuildGo("go-mirror");
        BuildCSharp("mirror", "component");
        BuildCSharp("mistakes", "core-module");
        BuildAssemblyScript("as-mirror");
        BuildJavaScript("js-mirror", "jco", "componentize", "--disable", "http", "fetch-event", "--wit");
        BuildJavaScript("js-mirror-pure", "jco", "componentize", "--disable", "all", "--wit");
        BuildJavaScript("js-mirror-quickjs", "componentize-qjs", "--sync", "--opt-size", "--wit");
    }

    // Every language needs it: a component is made of a core module by jco.
    private void RequireNode()
    {
        if (!Succeeds("node", "--version") || !Succeeds(Npm, "--version"))
        {
            throw new CakeException(
                "node or npm is missing, and no guest can be built without them. They come from https://nodejs.org, or from "
                    + "apt-get install nodejs npm on Debian."
            );
        }
    }

    /// <summary>Whether a compiler, its linker and its libraries are here: whether a module can be made of nothing.</summary>
    private bool HasLinker(string language, string compiler, string[] options, string source, string howToGetIt)
    {
        string file = BuiltFile(".", source);
        File.WriteAllText(file, "");
        if (Succeeds(compiler, [.. options, file, "-o", BuiltFile(".", $"{source}.wasm")]))
        {
            return true;
        }

        context.Warning(
            "The guests in {0} are left out: {1} cannot link with {2}. To get what is missing: {3}.",
            language,
            compiler,
            options[0],
            howToGetIt
        );
        return false;
    }

    private void InstallPackages()
    {
        foreach (string file in new[] { "package.json", "package-lock.json", "component.mjs" })
        {
            context.CopyFile(_sources.CombineWithFilePath(file), _built.CombineWithFilePath(file));
        }

        Start(Npm, "install", "--no-save", "--no-audit", "--no-fund");
    }

    private void BuildC(string name, string source, params IEnumerable<string> options)
    {
        string core = BuiltFile("c", $"{name}.core.wasm");
        Start("clang", [.. Clang, .. options, SourceFile("c", source), "-o", core]);
        MakeComponent(core, "c", name);
    }

    private void BuildRust(string name)
    {
        string core = BuiltFile("rust", $"{name}.core.wasm");
        Start(Rustc, [.. Rust, SourceFile("rust", $"{name}.rs"), "-o", core]);
        MakeComponent(core, "rust", name);
    }

    // A core module, too large to be committed.
    private void BuildGo(string name)
    {
        if (!Succeeds("go", "version"))
        {
            context.Warning("The guest in Go is left out: there is no go. It is at https://go.dev, 1.24 or later.");
            return;
        }

        File.Copy(SourceFile("go", "main.go"), BuiltFile("go", "main.go"), overwrite: true);
        File.WriteAllText(BuiltFile("go", "go.mod"), "module mirror\n\ngo 1.24\n");
        ProcessSettings settings = Settings(["build", "-buildmode=c-shared", "-o", $"{name}.wasm", "."]);
        settings.WorkingDirectory = _built.Combine("go");
        settings.EnvironmentVariables = new Dictionary<string, string?> { ["GOOS"] = "wasip1", ["GOARCH"] = "wasm" };
        int exitCode = context.StartProcess("go", settings);
        if (exitCode != 0)
        {
            throw new CakeException($"'go build' ended with exit code {exitCode}; what it says is above.");
        }

        context.Information(
            "{0}.wasm is built, {1:N0} bytes.",
            name,
            new FileInfo(BuiltFile("go", $"{name}.wasm")).Length
        );
    }

    // With the SDK of the sources, in a folder that the settings of the repository's projects do not reach.
    private void BuildCSharp(string name, string format)
    {
        FilePath sdk = context.Root.CombineWithFilePath("src/FireAndForget.Guest.Sdk/FireAndForget.Guest.Sdk.csproj");
        Start("dotnet", "build", sdk.FullPath, "--configuration", "Release", "--nologo", "--verbosity", "quiet");
        string sources = context.Root.Combine("src").FullPath;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("guest-");
        try
        {
            string program = Path.Combine(_sources.FullPath, "csharp", name, "Program.cs");
            File.Copy(program, Path.Combine(folder.FullName, "Program.cs"));
            string project = Path.Combine(folder.FullName, $"{name}.csproj");
            File.WriteAllText(
                project,
                $"""
                <Project>
                  <Import Project="{sources}/FireAndForget.Guest.Sdk/Sdk/Sdk.props" />
                  <PropertyGroup>
                    <GuestApi>{sources}/FireAndForget.Guest/bin/Release/net10.0/FireAndForget.Guest.dll</GuestApi>
                    <GuestLinker>{sources}/FireAndForget.Guest.Sdk/bin/Release/net10.0/FireAndForget.Guest.Sdk.dll</GuestLinker>
                    <GuestFormat>{format}</GuestFormat>
                    <PathMap>{folder.FullName}=/</PathMap>
                    <DebugType>none</DebugType>
                  </PropertyGroup>
                  <Import Project="{sources}/FireAndForget.Guest.Sdk/Sdk/Sdk.targets" />
                </Project>
                """
            );
            string guest = BuiltFile("csharp", $"csharp-{name}.wasm");
            Start("dotnet", "build", project, "--configuration", "Release", "--nologo", "--verbosity", "quiet");
            File.Copy(Path.Combine(folder.FullName, "bin", "Release", "net10.0", $"{name}.wasm"), guest, true);
            Compare(guest, SourceFile("csharp", $"csharp-{name}.wasm"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // A core module, which runs as it is.
    private void BuildAssemblyScript(string name)
    {
        string module = BuiltFile("assemblyscript", $"{name}.wasm");
        // Its compiler takes sources below the folder that it runs in.
        File.Copy(
            SourceFile("assemblyscript", $"{name}.ts"),
            BuiltFile("assemblyscript", $"{name}.ts"),
            overwrite: true
        );
        Start(Npm, "exec", "--no", "--", "asc", $"assemblyscript/{name}.ts", "-O", "-o", module);
        Compare(module, SourceFile("assemblyscript", $"{name}.wasm"));
    }

    private void MakeComponent(string core, string folder, string name)
    {
        string component = BuiltFile(folder, $"{name}.wasm");
        Start("node", "component.mjs", core, _wit, World, component);
        Compare(component, SourceFile(folder, $"{name}.wasm"));
    }

    private void BuildJavaScript(string name, string tool, params IEnumerable<string> options)
    {
        string component = BuiltFile("javascript", $"{name}.wasm");
        string source = SourceFile("javascript", "js-mirror.js");
        string[] rest = tool == "jco" ? [source] : ["--js", source];
        Start(Npm, ["exec", "--no", "--", tool, .. options, _wit, "-n", World, "-o", component, .. rest]);
        context.Information("{0} is built, {1:N0} bytes.", NameOf(component), new FileInfo(component).Length);
    }

    private void Compare(string built, string committed)
    {
        byte[] bytes = File.ReadAllBytes(built);
        if (File.Exists(committed) && File.ReadAllBytes(committed).AsSpan().SequenceEqual(bytes))
        {
            context.Information("{0} is what its source gives.", NameOf(committed));
        }
        else if (_updates)
        {
            File.WriteAllBytes(committed, bytes);
            context.Information("Wrote {0}, {1:N0} bytes.", NameOf(committed), bytes.Length);
        }
        else
        {
            context.Warning(
                "{0} differs from {1}: its source or the toolchain is another one. To take it, add --update.",
                NameOf(committed),
                NameOf(built)
            );
        }
    }

    private bool Succeeds(string tool, params IEnumerable<string> arguments)
    {
        try
        {
            ProcessSettings settings = Settings(arguments);
            settings.RedirectStandardOutput = true;
            settings.RedirectStandardError = true;
            return context.StartProcess(tool, settings, out _, out _) == 0;
        }
        catch (Win32Exception)
        {
            return false; // There is no such program.
        }
    }

    private void Start(string tool, params IEnumerable<string> arguments)
    {
        string[] all = [.. arguments];
        int exitCode = context.StartProcess(tool, Settings(all));
        if (exitCode != 0)
        {
            throw new CakeException(
                $"'{tool} {string.Join(' ', all)}' ended with exit code {exitCode}; what it says is above."
            );
        }
    }

    private ProcessSettings Settings(IEnumerable<string> arguments)
    {
        var builder = new ProcessArgumentBuilder();
        foreach (string argument in arguments)
        {
            builder.AppendQuoted(argument);
        }

        return new ProcessSettings { Arguments = builder, WorkingDirectory = _built };
    }

    private string BuiltFile(string folder, string name) => _built.Combine(folder).CombineWithFilePath(name).FullPath;

    private string SourceFile(string folder, string name) =>
        _sources.Combine(folder).CombineWithFilePath(name).FullPath;

    private string NameOf(string path) => Path.GetRelativePath(context.Root.FullPath, path);
}
