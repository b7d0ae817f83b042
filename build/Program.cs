// The build program: checks the command line, lets Cake run the targets, and ends with the totals of the tests.

using Cake.Frosting;
using FireAndForget.Build;
using Microsoft.Extensions.DependencyInjection;

TargetList targets = TargetList.OfThisProgram();
CommandLine commandLine = CommandLine.Parse(args, targets);

if (commandLine.Error is { } error)
{
    Console.Error.WriteLine($"Error: {error}");
    Console.Error.WriteLine();
    Console.Error.Write(HelpText.For(targets));
    return 2;
}

if (commandLine.ShowsHelp)
{
    Console.Write(HelpText.For(targets));
    return 0;
}

if (Console.IsOutputRedirected)
{
    // Cake goes by the kind of terminal alone and would colour what is written to a file or a pipe.
    Environment.SetEnvironmentVariable("NO_COLOR", "1");
}

var totals = new TestTotals();
int exitCode = new CakeHost()
    .UseContext<BuildContext>()
    .ConfigureServices(services => services.AddSingleton(totals))
    .Run(args);

if (totals.HasRun || commandLine.Targets.Contains("Test", StringComparer.OrdinalIgnoreCase))
{
    Console.WriteLine(totals);
}

return exitCode == 0 ? 0 : 1;
