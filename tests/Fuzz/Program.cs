// Searches for inputs that the library and faf take badly. It starts a child process for each area, which makes inputs and runs
// them, and watches it, so that an input that ends or hangs the process is found and kept as well as one that makes it throw.

using FireAndForget.Tests.Fuzz;
using FireAndForget.Tests.Fuzz.Areas;
using FireAndForget.Tests.Fuzz.Running;

FuzzSettings settings;
try
{
    settings = FuzzSettings.Parse(args, FuzzArea.All.Select(area => area.Name));
}
catch (FormatException e)
{
    Console.Error.WriteLine($"Error: {e.Message}");
    return 2;
}

return settings switch
{
    { Replay: { } file } => Replayer.Run(FuzzArea.Named(settings.Area!), file),
    { Progress: { } progress } => FuzzChild.Run(FuzzArea.Named(settings.Area!), settings, progress),
    _ => FuzzRun.Run(settings, Console.Out),
};
