using System.Diagnostics;
using System.Text;

namespace FireAndForget.Tests.Cli;

/// <summary>The faf program beside the tests, run as a process of its own, in a folder of its own with the guests in it.</summary>
internal sealed class FafProgram : IDisposable
{
    /// <summary>A mirror, a checker of CRCs and an echo that takes two codecs, with two endpoints.</summary>
    public const string Topology = """
        {
          "components": [
            { "id": "mirror", "path": "c-mirror.wasm", "sends-to": ["client", "audit"] },
            { "id": "crc", "path": "rust-receiver.wasm" },
            { "id": "echo", "path": "echo-handler.wasm", "codecs": ["cbor", 513], "sends-to": ["client"] },
          ],
          "endpoints": ["client", "audit"],
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("faf-").FullName;

    public FafProgram()
    {
        string[] guests =
        [
            TestFiles.CMirror,
            TestFiles.CWasi,
            TestFiles.RustReceiver,
            TestFiles.Echo,
            TestFiles.Slow,
            TestFiles.Basic,
            TestFiles.HelloWorld,
        ];
        foreach (string guest in guests)
        {
            File.Copy(TestFiles.PathOf(guest), PathOf(Path.GetFileName(guest)));
        }

        Write("topology.json", Topology);
    }

    /// <summary>Environment variables that it gets beside those of the tests; null: it does not get that one.</summary>
    public Dictionary<string, string?> Variables { get; } = new() { ["FAF_CACHE_DIR"] = "off" };

    public string PathOf(string file) => Path.Combine(_folder, file);

    public void Write(string file, string text) => File.WriteAllText(PathOf(file), text);

    /// <summary>Runs the program to its end.</summary>
    /// <param name="input">What it gets as standard input.</param>
    /// <param name="arguments">Its arguments.</param>
    public FafResult Run(string input, params string[] arguments)
    {
        using Process process = Start(arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return new(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Starts the program, for a test that talks to it.</summary>
    public Process Start(params string[] arguments) => Start(Runtime, [Program, .. arguments]);

    /// <summary>Starts the program through a shell, which closes or redirects what it inherits. Not on Windows.</summary>
    /// <param name="redirections">Redirections of the shell, such as <c>&lt;&amp;-</c>.</param>
    /// <param name="arguments">The program's arguments.</param>
    public Process StartRedirected(string redirections, params string[] arguments) =>
        Start("/bin/sh", ["-c", $"exec \"$0\" \"$@\" {redirections}", Runtime, Program, .. arguments]);

    private static string Runtime => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static string Program => Path.Combine(AppContext.BaseDirectory, "faf.dll");

    private Process Start(string program, string[] arguments)
    {
        ProcessStartInfo start = new(program)
        {
            WorkingDirectory = _folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach ((string name, string? value) in Variables)
        {
            start.Environment[name] = value;
        }

        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
