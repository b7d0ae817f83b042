using System.Collections.Concurrent;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace FireAndForget.Orleans.Wasm;

/// <summary>Keeps WebAssembly in the silo's memory.</summary>
internal sealed class MemoryWasmStore : IWasmStore
{
    private readonly ConcurrentDictionary<string, byte[]> _kept = new(StringComparer.Ordinal);

    public bool IsShared => false;

    public Task PutAsync(string version, ReadOnlyMemory<byte> wasm, CancellationToken cancellationToken = default)
    {
        _kept.TryAdd(version, wasm.ToArray());
        return Task.CompletedTask;
    }

    public Task<byte[]?> GetAsync(string version, CancellationToken cancellationToken = default) =>
        Task.FromResult(_kept.GetValueOrDefault(version));
}

/// <summary>Keeps WebAssembly in a grain storage.</summary>
internal sealed class GrainStorageWasmStore(IGrainStorage storage) : IWasmStore
{
    private const string StateName = "wasm";

    public bool IsShared => true;

    public async Task PutAsync(string version, ReadOnlyMemory<byte> wasm, CancellationToken cancellationToken = default)
    {
        GrainState<WasmState> state = new(new WasmState());
        await storage.ReadStateAsync(StateName, IdOf(version), state).ConfigureAwait(false);
        if (!state.RecordExists || state.State!.Bytes.Length == 0)
        {
            state.State!.Bytes = wasm.ToArray();
            await storage.WriteStateAsync(StateName, IdOf(version), state).ConfigureAwait(false);
        }
    }

    public async Task<byte[]?> GetAsync(string version, CancellationToken cancellationToken = default)
    {
        GrainState<WasmState> state = new(new WasmState());
        await storage.ReadStateAsync(StateName, IdOf(version), state).ConfigureAwait(false);
        return state.RecordExists && state.State!.Bytes.Length != 0 ? state.State!.Bytes : null;
    }

    private static GrainId IdOf(string version) => GrainId.Create("fire-and-forget-wasm", version);
}

/// <summary>The state of a grain storage: one WebAssembly binary.</summary>
[GenerateSerializer, Alias("FireAndForget.WasmState")]
internal sealed class WasmState
{
    [Id(0)]
    public byte[] Bytes { get; set; } = [];
}
