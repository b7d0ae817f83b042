// Holds the library against the public test suites of WebAssembly: what they call valid and invalid, what becomes of a host that
// instantiates their modules, and whether WASI preview 1 is as its tests want it. The cases about validity run in child processes, so
// that one that ends its process is found and named.

using System.CommandLine;
using FireAndForget.Tests.Conformance;

Option<DirectoryInfo?> suites = new("--suites")
{
    Description = "The folder with checkouts of the suites: component-model, wasmtime, testsuite and wasi-testsuite.",
};
Option<string> wasmTools = new("--wasm-tools")
{
    Description = "The program wasm-tools, which turns the suites' scripts into binaries.",
    DefaultValueFactory = _ => "wasm-tools",
};
Option<FileInfo?> cases = new("--cases") { Description = "In a child process: the list of cases.", Hidden = true };
Option<int> first = new("--first") { Description = "In a child process: the case to begin with.", Hidden = true };

RootCommand command = new(
    "Compares what the library says of the public test suites' files with what the suites expect."
)
{
    suites,
    wasmTools,
    cases,
    first,
};
command.SetAction(result =>
{
    if (result.GetValue(cases) is { } list)
    {
        return Child.Run(list.FullName, result.GetValue(first), Console.Out);
    }

    if (result.GetValue(suites) is not { } folder)
    {
        Console.Error.WriteLine($"Error: --suites=PATH is missing. {Suite.HowToGetThem}");
        return 2;
    }

    try
    {
        return ConformanceRun.Run(folder.FullName, result.GetValue(wasmTools)!, Console.Out);
    }
    catch (ConformanceException e)
    {
        Console.Error.WriteLine($"Error: {e.Message}");
        return 2;
    }
});
return command.Parse(args).Invoke();
