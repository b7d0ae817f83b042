using FireAndForget.Guests.Calls;
using FireAndForget.Guests.Decoding;
using FireAndForget.Guests.Wasi;
using Wasmtime;

namespace FireAndForget.Guests.Direct;

// How the modules of an instance are wired: what each import is given, and what is found among the exports.
internal sealed partial class DirectGuest
{
    /// <summary>
    /// What an import is given. It is made for the first import that means the item, and kept; the budget is checked then.
    /// </summary>
    private object SupplyTo(Module module, int index, CoreItem item, ref long since)
    {
        if (!_supplied.TryGetValue(item, out object? supplied))
        {
            supplied = item switch
            {
                LoweredImport lowered when WasiMessaging.IsInterface(lowered.Interface) => SupplyMessaging(
                    lowered,
                    (FunctionImport)module.Imports[index]
                ),
                ResourceDrop drop when WasiMessaging.IsInterface(drop.Interface) => MessagingImports.Drop(
                    drop.Resource,
                    new(this, $"the drop of {drop.Resource}", null, null)
                ),
                TaskBuiltIn builtIn => Wasi.Tasks.Supply(this, builtIn),
                ChannelBuiltIn builtIn => Wasi.Channels.Supply(this, builtIn),
                TaskReturn task => MakeReturn(task, (FunctionImport)module.Imports[index]),
                LoweredImport lowered when !HostMessaging.IsInterface(lowered.Interface) => Wasi.Supply(
                    lowered,
                    (FunctionImport)module.Imports[index]
                ),
                ResourceDrop drop => Wasi.Supply(drop),
                TrappingFunction => Trapping((FunctionImport)module.Imports[index]),
                HostImport { Module: not HostMessaging.CoreModule } import => Wasi.Supply(import, _plan.Memory),
                _ => Make(item),
            };
            _supplied.Add(item, supplied);
            LookAtBudget(ref since);
        }

        return supplied;
    }

    private WasiInstance Wasi => _wasi ??= new(this, _host.Wasi);

    private object Supply(CoreItem item) => _supplied.TryGetValue(item, out object? supplied) ? supplied : Make(item);

    private object Export(CoreExport export)
    {
        Instance instance = _instances[export.Instance];
        return instance.GetFunction(export.Name)
            ?? instance.GetMemory(export.Name)
            ?? instance.GetTable(export.Name)
            ?? (object?)instance.GetGlobal(export.Name)
            ?? throw new ComponentLoadException(
                $"it hands on the export '{export.Name}', which is no function, memory, table or global."
            );
    }

    private Function FunctionOf(CoreItem item) => (Function)Supply(item);

    // While a start function runs, the instance that calls is not known here yet.
    private GuestMemory MemoryOf(CoreExport export, Caller caller) =>
        export.Instance < _instances.Count ? MemoryOf(export) : new(caller.GetMemory(export.Name)!);

    private GuestMemory MemoryOf(CoreExport export)
    {
        if (!_memories.TryGetValue(export, out GuestMemory? memory))
        {
            memory = new((Memory)Export(export));
            _memories.Add(export, memory);
        }

        return memory;
    }
}
