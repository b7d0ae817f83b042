// The guest of the benchmarks, instantiated by its plan without a courier, for calls that nothing stands around.

using FireAndForget.Guests;
using FireAndForget.Guests.Calls;
using FireAndForget.Guests.Decoding;
using FireAndForget.Guests.Direct;
using Wasmtime;

namespace FireAndForget.Benchmarks.Overhead;

internal sealed class BareGuest : IDisposable
{
    private readonly GuestLoader _loader = new();
    private readonly Store _store;
    private readonly List<Instance> _instances = [];
    private readonly CoreExport _handleMessage;

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

        _handleMessage = (CoreExport)code.Plan.HandleMessage;
        HandleMessage = ((Function)Supply(code.Plan.HandleMessage)).WrapFunc<int, int, int, int, int>()!;
    }

    public Func<int, int, int, int, int> HandleMessage { get; }

    /// <summary>The same call as it is without anything prepared: the function is looked up and takes values of any type.</summary>
    public int HandleMessageByName(int sender, int senderLength, int message, int messageLength)
    {
        Function function = _instances[_handleMessage.Instance].GetFunction(_handleMessage.Name)!;
        return (int)function.Invoke(sender, senderLength, message, messageLength)!;
    }

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
