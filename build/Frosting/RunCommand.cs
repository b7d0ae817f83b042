// Registers the tasks with Cake's engine and runs the targets: the bridge from attributes to Cake's own task builder.

using System.Reflection;
using Cake.Cli;
using Cake.Cli.Infrastructure;
using Cake.Core;
using Cake.Core.Configuration;
using Cake.Core.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console.Cli;

namespace Cake.Frosting;

internal sealed class RunCommand : Command<RunSettings>
{
    public override int Execute(CommandContext context, RunSettings settings, CancellationToken cancellationToken)
    {
        var services = (ServiceCollection)context.Data!;
        services.AddSingleton<ICakeArguments>(context.Remaining.ToCakeArguments(settings.Targets));
        services.AddSingleton<ICakeConfiguration>(provider =>
            ActivatorUtilities
                .CreateInstance<CakeConfigurationProvider>(provider)
                .CreateConfiguration(
                    provider.GetRequiredService<ICakeEnvironment>().WorkingDirectory,
                    new Dictionary<string, string>()
                )
        );
        using ServiceProvider provider = services.BuildServiceProvider();

        ICakeLog log = provider.GetRequiredService<ICakeLog>();
        log.Verbosity = settings.Verbosity;
        try
        {
            var host = provider.GetRequiredService<BuildScriptHost<IFrostingContext>>();
            foreach (IFrostingTask task in provider.GetServices<IFrostingTask>())
            {
                Register(host, task);
            }

            if (settings.Exclusive)
            {
                host.Settings.UseExclusiveTarget();
            }

            host.RunTargets(settings.Targets);
            return 0;
        }
#pragma warning disable CA1031 // Whatever a task throws is the build's failure, and is reported as that.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            log.LogException(exception);
            return 1;
        }
    }

    private static void Register(BuildScriptHost<IFrostingContext> host, IFrostingTask task)
    {
        CakeTaskBuilder builder = host.Task(NameOf(task.GetType())).Does(task.RunAsync).WithCriteria(task.ShouldRun);

        if (task.GetType().GetCustomAttribute<TaskDescriptionAttribute>() is { } description)
        {
            builder.Description(description.Description);
        }

        foreach (IsDependentOnAttribute dependency in task.GetType().GetCustomAttributes<IsDependentOnAttribute>())
        {
            builder.IsDependentOn(NameOf(dependency.Task));
        }
    }

    private static string NameOf(Type task) => task.GetCustomAttribute<TaskNameAttribute>()?.Name ?? task.Name;
}
