// The build program: checks the command line, lets Cake run the targets, and ends with the totals of the tests.

using System.CommandLine;
using Cake.Frosting;
using FireAndForget.Build;
using Microsoft.Extensions.DependencyInjection;

CommandLine commandLine = new(TargetList.OfThisProgram());
ParseResult parsed = commandLine.Parse(args);
if (CommandLine.ShowHelpOrErrors(parsed) is { } shown)
{
    return shown;
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

if (totals.HasRun || commandLine.TargetsOf(parsed).Contains("Test", StringComparer.OrdinalIgnoreCase))
{
    Console.WriteLine(totals);
}

return exitCode == 0 ? 0 : 1;
