// The entry of a build program: holds the services and hands the command line to the command that runs the targets.

using System.Reflection;
using Cake.Cli;
using Cake.Core.Modules;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console.Cli;

namespace Cake.Frosting;

/// <summary>Runs the tasks that the program's assembly exports.</summary>
public sealed class CakeHost
{
    private readonly ServiceCollection _services = [];

    /// <summary>Creates a host with Cake's own services and the tasks of the program's assembly.</summary>
    public CakeHost()
    {
        _services.AddCakeDiagnostics();
        _services.UseModule(new CoreModule());
        _services.AddSingleton<BuildScriptHost<IFrostingContext>>();

        IEnumerable<Type> tasks = (Assembly.GetEntryAssembly()?.GetExportedTypes() ?? []).Where(type =>
            type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IFrostingTask))
        );
        foreach (Type task in tasks)
        {
            _services.AddSingleton(typeof(IFrostingTask), task);
        }
    }

    /// <summary>Makes <typeparamref name="TContext"/> the context that every task is run with.</summary>
    public CakeHost UseContext<TContext>()
        where TContext : class, IFrostingContext
    {
        _services.AddSingleton<IFrostingContext, TContext>();
        return this;
    }

    /// <summary>Adds services that the constructors of the context and of the tasks may ask for.</summary>
    public CakeHost ConfigureServices(Action<IServiceCollection> services)
    {
        services(_services);
        return this;
    }

    /// <summary>Runs the targets that the command line names.</summary>
    /// <returns>0 when all went well, anything else when something failed.</returns>
    public int Run(IEnumerable<string> args) => new CommandApp<RunCommand>().WithData(_services).Run(args);
}
