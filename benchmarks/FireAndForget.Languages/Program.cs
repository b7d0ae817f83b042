// Measures what a message costs by the language of the guest and by the runtime, and what loading guests takes, and leaves the results
// as JSON; the build's Languages target starts it, and makes docs/languages/cost.md of what it leaves.

using FireAndForget;
using FireAndForget.Languages;
using FireAndForget.Measuring;
using FireAndForget.Reporting;

if (args is [LoadCost.Child, var kind, var file, var folder])
{
    await LoadCost.RunChildAsync(kind, file, folder);
    return 0;
}

DirectoryInfo caches = Directory.CreateTempSubdirectory("languages-");
try
{
    var arguments = RunArguments.Parse(args);
    RunInfo circumstances = Circumstances.Of(
        arguments,
        ("FireAndForget", typeof(MessagingHost)),
        ("Wasmtime", typeof(Wasmtime.Engine))
    );
    ResultJson.Write(arguments.Output, circumstances);
    // First, because it finds out what loads take with nothing in the cache.
    IReadOnlyList<Measurement> loading = await new LoadCost(arguments, caches.FullName).RunAsync();
    ResultJson.Write(arguments.Output, LanguagesResults.Loading, loading);
    IReadOnlyList<Measurement> messages = await new MessageCost(arguments, caches.FullName).RunAsync();
    ResultJson.Write(arguments.Output, LanguagesResults.Message, messages);
    return 0;
}
catch (Exception e) when (e is MeasurementException or ArgumentException or ComponentLoadException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
finally
{
    caches.Delete(recursive: true);
}
