using System.Diagnostics;

namespace FireAndForget.Tests.Conformance;

/// <summary>A public test suite: a folder of scripts (<c>.wast</c>) in the checkout of a repository.</summary>
/// <param name="Name">What reports call it.</param>
/// <param name="Repository">The checkout's folder below that of all suites.</param>
/// <param name="Folder">Where its scripts are below the checkout.</param>
internal sealed record Suite(string Name, string Repository, string Folder)
{
    /// <summary>What to do where a checkout is missing.</summary>
    public const string HowToGetThem =
        "Clone the repositories WebAssembly/component-model, bytecodealliance/wasmtime, WebAssembly/testsuite and, with its branch "
        + "prod/testsuite-base, WebAssembly/wasi-testsuite from GitHub into one folder, each under its own name, and name that "
        + "folder with --suites.";

    /// <summary>The suites, in the order in which they are reported.</summary>
    public static IReadOnlyList<Suite> All { get; } =
    [
        new("component-model", "component-model", "test"),
        new("wasmtime component-model", "wasmtime", "tests/misc_testsuite/component-model"),
        new("core testsuite", "testsuite", ""),
    ];

    /// <summary>The suite's scripts, in the order of their paths.</summary>
    /// <param name="suites">The folder of all checkouts.</param>
    /// <exception cref="ConformanceException">The checkout is not there.</exception>
    public IReadOnlyList<string> Scripts(string suites)
    {
        string folder = Path.Combine(suites, Repository, Folder);
        if (!Directory.Exists(folder))
        {
            throw new ConformanceException($"There is no folder {folder}. {HowToGetThem}");
        }

        return
        [
            .. Directory.EnumerateFiles(folder, "*.wast", SearchOption.AllDirectories).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>The commit that is checked out; <c>unknown</c> where git does not tell.</summary>
    public string Commit(string suites)
    {
        ProcessStartInfo start = new("git", ["-C", Path.Combine(suites, Repository), "rev-parse", "--short=10", "HEAD"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using Process git = Process.Start(start)!;
            string commit = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 ? commit : "unknown";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "unknown";
        }
    }
}

/// <summary>The run cannot begin; the message says what to do.</summary>
internal sealed class ConformanceException(string message) : Exception(message);
