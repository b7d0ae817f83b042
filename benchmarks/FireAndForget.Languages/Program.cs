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
    await MeasureAsync(LanguagesResults.Loading, new LoadCost(arguments, caches.FullName).RunAsync);
    await MeasureAsync(LanguagesResults.Start, new StartCost(arguments, caches.FullName).RunAsync);
    await MeasureAsync(LanguagesResults.Message, new MessageCost(arguments, caches.FullName).RunAsync);
    return 0;

    async Task MeasureAsync(string part, Func<Task<IReadOnlyList<Measurement>>> run)
    {
        if (arguments.Includes(part))
        {
            ResultJson.Write(arguments.Output, part, await run());
        }
    }
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
