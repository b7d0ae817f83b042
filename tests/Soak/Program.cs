// Lets hundreds of components live under load for as long as asked, and looks at the end whether every message is accounted for and
// nothing is left: memory, threads, handles.

using FireAndForget.Tests.Soak;

SoakSettings settings;
try
{
    settings = SoakSettings.Parse(args);
}
catch (FormatException e)
{
    Console.Error.WriteLine($"Error: {e.Message}");
    return 2;
}

return await SoakRun.RunAsync(settings, Console.Out);
