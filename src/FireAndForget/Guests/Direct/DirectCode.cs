using System.Globalization;
using FireAndForget.Guests.Compiling;
using FireAndForget.Guests.Decoding;
using FireAndForget.Guests.Instances;
using Wasmtime;

namespace FireAndForget.Guests.Direct;

/// <summary>A guest that was taken apart into its core modules, compiled; instances follow the plan.</summary>
internal sealed class DirectCode : GuestCode
{
    private readonly Module[] _modules;

    private DirectCode(
        Engine engine,
        Courier courier,
        DirectPlan plan,
        Module[] modules,
        IReadOnlyList<ModuleNames> names
    )
    {
        Names = names;
        Engine = engine;
        Courier = courier;
        Plan = plan;
        _modules = modules;
    }

    public Engine Engine { get; }

    public Courier Courier { get; }

    public DirectPlan Plan { get; }

    public IReadOnlyList<Module> Modules => _modules;

    /// <summary>The names of the modules' functions, where they are kept.</summary>
    public IReadOnlyList<ModuleNames> Names { get; }

    public override int Memories => Plan.Parts.MemoriesAndHeap.Count;

    /// <summary>Compiles the modules of a plan.</summary>
    /// <exception cref="ComponentLoadException">One of them cannot be compiled.</exception>
    public static DirectCode Compile(Engine engine, GuestCompiler compiler, Courier courier, DirectPlan plan)
    {
        Module[] modules = new Module[plan.Modules.Count];
        List<ModuleNames> names = [];
        try
        {
            for (int i = 0; i < modules.Length; i++)
            {
                var stripped = StrippedBinary.Of(plan.Modules[i].Bytes, i, compiler.KeepsNames);
                modules[i] = compiler.Module($"module {i}", stripped.Bytes);
                names.AddRange(stripped.Modules);
            }
        }
        catch (Exception e)
        {
            foreach (Module? module in modules)
            {
                module?.Dispose();
            }

            if (e is WasmtimeException)
            {
                throw new ComponentLoadException(
                    $"it cannot be compiled: {GuestErrors.Reason((WasmtimeException)e)}.",
                    e
                );
            }

            throw;
        }

        // Compiled, the modules do not need their binaries any more, which may be megabytes.
        PlannedModule[] compiled = [.. plan.Modules.Select(module => module with { Bytes = default })];
        return new(engine, courier, plan with { Modules = compiled }, modules, names);
    }

    public override long MostMemory(LimitOptions limits) => MemoryLimits.MostMemory(Plan.Parts, limits);

    public override Guest Instantiate(IGuestHost host, LimitOptions limits) => new DirectGuest(this, host, limits);

    public override string DescribeRejection(int answer) =>
        Plan.IsComponent
            ? "handle-message returned an error"
            : string.Create(CultureInfo.InvariantCulture, $"handle-message returned {answer}");

    public override void Dispose()
    {
        foreach (Module module in _modules)
        {
            module.Dispose();
        }
    }
}
