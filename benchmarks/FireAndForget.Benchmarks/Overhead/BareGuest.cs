// The guest of the benchmarks, instantiated by its plan without a courier, for calls that nothing stands around.

using FireAndForget.Guests;
using FireAndForget.Guests.Direct;
using Wasmtime;

namespace FireAndForget.Benchmarks.Overhead;

internal sealed class BareGuest : IDisposable
{
    private readonly GuestLoader _loader = new();
    private readonly Store _store;
    private readonly List<Instance> _instances = [];

    public BareGuest()
    {
        var code = (DirectCode)_loader.Load(Guests.HandleMessage);
        _store = new(code.Engine);
        // The engine interrupts guests by epochs, and nobody moves them on here.
        _store.SetEpochDeadline(1);
        foreach (PlannedInstance planned in code.Plan.Instances)
        {
            object[] imports = [.. planned.Imports.Select(Supply)];
            _instances.Add(new(_store, code.Modules[planned.Module], imports));
        }

        HandleMessage = ((Function)Supply(code.Plan.HandleMessage)).WrapFunc<int, int, int, int, int>()!;
    }

    public Func<int, int, int, int, int> HandleMessage { get; }

    public void Dispose()
    {
        _store.Dispose();
        _loader.Dispose();
    }

    private object Supply(CoreItem item) =>
        item is CoreExport export
            ? (object?)_instances[export.Instance].GetFunction(export.Name)
                ?? (object?)_instances[export.Instance].GetMemory(export.Name)
                ?? _instances[export.Instance].GetGlobal(export.Name)!
            : Function.FromCallback(_store, static (int _, int _, int _, int _, int _) => { });
}
