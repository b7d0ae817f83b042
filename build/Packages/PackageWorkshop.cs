// A folder outside the repository in which packages are used: what is called FireAndForget comes from the local folder and nowhere else,
// and is unpacked into a cache of the workshop's own. Everything else comes from where this machine's NuGet has it.

using System.Diagnostics;
using System.IO.Compression;
using System.Text.RegularExpressions;

namespace FireAndForget.Build.Packages;

internal sealed partial class PackageWorkshop : IDisposable
{
    /// <summary>After this a command hangs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly string _dotnet;
    private readonly Dictionary<string, string> _variables;
    private readonly Lazy<string> _faf;
    private readonly Lazy<string> _compilers;

    /// <summary>Makes the folder.</summary>
    /// <param name="packages">The folder of packages.</param>
    /// <param name="dotnet">The dotnet program.</param>
    public PackageWorkshop(string packages, string dotnet)
    {
        Packages = packages;
        _dotnet = dotnet;
        Folder = Directory.CreateTempSubdirectory("faf-packages-").FullName;
        string shared =
            Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        _variables = new()
        {
            ["NUGET_PACKAGES"] = PathOf("cache"),
            // Saves fetching what is here, such as the test framework; packages of ours must not come from there.
            ["NUGET_FALLBACK_PACKAGES"] =
                Directory.Exists(shared) && Directory.GetDirectories(shared, "fireandforget*").Length == 0
                    ? shared
                    : "",
            ["FAF_CACHE_DIR"] = PathOf("compiled"),
            ["DOTNET_CLI_UI_LANGUAGE"] = "en",
            ["DOTNET_NOLOGO"] = "1",
            ["DOTNET_ROOT"] = Path.GetDirectoryName(dotnet) ?? "",
        };
        WriteNuGetConfig();
        _faf = new(InstallFaf);
        _compilers = new(LinkCompilers);
    }

    public string Folder { get; }

    public string Packages { get; }

    /// <summary>The version of all packages.</summary>
    public string Version => NameAndVersion().Match(Path.GetFileName(FileOf("FireAndForget"))).Groups["version"].Value;

    /// <summary>The tool faf, installed as its README says when it is asked for first.</summary>
    public string Faf => _faf.Value;

    public string PathOf(params string[] parts) => Path.Combine([Folder, .. parts]);

    /// <summary>The file of a package.</summary>
    /// <exception cref="PackageTestException">There is none, or several.</exception>
    public string FileOf(string package, string extension = ".nupkg")
    {
        string[] files =
        [
            .. Directory
                .GetFiles(Packages, $"{package}.*{extension}")
                .Where(file => NameAndVersion().Match(Path.GetFileName(file)).Groups["name"].Value == package),
        ];
        return files.Length == 1
            ? files[0]
            : throw new PackageTestException(
                $"Of {package} there are {files.Length} files *{extension} in {Packages}."
            );
    }

    /// <summary>A text file of a package.</summary>
    /// <exception cref="PackageTestException">It has none of that name.</exception>
    public string ReadFrom(string package, string file)
    {
        using ZipArchive archive = ZipFile.OpenRead(FileOf(package));
        ZipArchiveEntry entry =
            archive.GetEntry(file) ?? throw new PackageTestException($"{package} has no {file} in its package.");
        using StreamReader reader = new(entry.Open());
        return reader.ReadToEnd();
    }

    /// <summary>A project's file that refers to packages.</summary>
    public void WriteProject(string folder, string sdk, params (string Package, string Version)[] packages)
    {
        Directory.CreateDirectory(PathOf(folder));
        IEnumerable<string> references = packages.Select(p =>
            $"""    <PackageReference Include="{p.Package}" Version="{p.Version}" />"""
        );
        File.WriteAllText(
            PathOf(folder, "program.csproj"),
            $"""
            <Project Sdk="{sdk}">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>Exe</OutputType>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
              </PropertyGroup>
              <ItemGroup>
            {string.Join('\n', references)}
              </ItemGroup>
            </Project>
            """
        );
    }

    /// <summary>Runs dotnet in a folder of the workshop.</summary>
    public CommandResult DotNet(string folder, params string[] arguments) => Run(folder, _dotnet, "", arguments);

    /// <summary>Runs a program in a folder of the workshop and waits for its end.</summary>
    /// <param name="folder">The folder, which is there.</param>
    /// <param name="program">The program.</param>
    /// <param name="input">Its standard input.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="PackageTestException">It does not end.</exception>
    public CommandResult Run(string folder, string program, string input, params string[] arguments)
    {
        string command = $"{Path.GetFileName(program)} {string.Join(' ', arguments)}";
        using Process process = Start(folder, program, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new PackageTestException($"'{command}' did not end within {Patience.TotalMinutes} minutes.");
        }

        return new(command, process.ExitCode, output.GetAwaiter().GetResult() + error.GetAwaiter().GetResult());
    }

    /// <summary>Starts a program in a folder of the workshop, with its streams redirected.</summary>
    public Process Start(string folder, string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = PathOf(folder),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in _variables)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Runs commands of a document in a folder of the workshop, by bash, where <c>faf</c> is the tool to try.</summary>
    /// <remarks>Templates that they install are the workshop's own. It is as if the compilers that variables name came first on the path.</remarks>
    public CommandResult RunCommands(string folder, string commands)
    {
        string path = $"{_compilers.Value}:{Path.GetDirectoryName(Faf)}:{Environment.GetEnvironmentVariable("PATH")}";
        string settings = $"export PATH='{path}' DOTNET_CLI_HOME='{PathOf("home")}'";
        return Run(folder, "bash", "", "-euo", "pipefail", "-c", $"{settings}\nset -x\n{commands}");
    }

    /// <summary>Starts dotnet in a folder of the workshop, with its streams redirected.</summary>
    public Process StartDotNet(string folder, params string[] arguments) => Start(folder, _dotnet, arguments);

    /// <summary>Whether a program is here and ends well.</summary>
    public bool Succeeds(string program, params string[] arguments)
    {
        try
        {
            return Run(".", program, "", arguments).ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // There is no such program.
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private string InstallFaf()
    {
        string folder = PathOf("tools");
        DotNet(".", "tool", "install", "FireAndForget.Cli", "--version", Version, "--tool-path", folder).OrFail();
        return Path.Combine(folder, OperatingSystem.IsWindows() ? "faf.exe" : "faf");
    }

    private string LinkCompilers()
    {
        string folder = Directory.CreateDirectory(PathOf("compilers")).FullName;
        foreach ((string name, string path) in Tool.Named)
        {
            File.CreateSymbolicLink(Path.Combine(folder, name), path);
        }

        return folder;
    }

    private void WriteNuGetConfig()
    {
        string[] others =
        [
            .. EnabledSource()
                .Matches(DotNet(".", "nuget", "list", "source").OrFail().Output)
                .Select(m => m.Groups[1].Value),
        ];
        IEnumerable<string> mappings = others.Select(name =>
            $"""    <packageSource key="{name}"><package pattern="*" /></packageSource>"""
        );
        File.WriteAllText(
            PathOf("NuGet.config"),
            $"""
            <configuration>
              <packageSources>
                <add key="packages-under-test" value="{Packages}" />
              </packageSources>
              <packageSourceMapping>
                <packageSource key="packages-under-test"><package pattern="FireAndForget*" /></packageSource>
            {string.Join('\n', mappings)}
              </packageSourceMapping>
            </configuration>
            """
        );
    }

    [GeneratedRegex(@"^\s*\d+\.\s+(.+?) \[Enabled\]", RegexOptions.Multiline)]
    private static partial Regex EnabledSource();

    [GeneratedRegex(@"^(?<name>.+?)\.(?<version>\d+\.\d+\.\d+.*?)\.s?nupkg$")]
    private static partial Regex NameAndVersion();
}
