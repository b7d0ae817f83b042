using System.Security.Cryptography;
using FireAndForget.Messages;
using FireAndForget.Orleans.Table;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace FireAndForget.Orleans;

// The WebAssembly of components: finding it here or on another silo, and checking it.
internal sealed partial class ClusterNode
{
    private async Task<ComponentSource> FindSourceAsync(TableEntry entry)
    {
        byte[] wasm =
            await FindWasmAsync(entry.Wasm).ConfigureAwait(false)
            ?? throw new ComponentLoadException(
                $"Nothing is stored under the version {entry.Wasm} of '{entry.Id}'; store it first, and see that all silos have the same storage."
            );
        return ComponentSource.FromBytes(wasm, $"{entry.Id} {entry.Wasm[..12]}");
    }

    private async Task<byte[]?> FindWasmAsync(string version)
    {
        if (await FindWasmHereAsync(version).ConfigureAwait(false) is { } kept)
        {
            return kept;
        }

        foreach (SiloAddress silo in Peers)
        {
            try
            {
                byte[]? found = await _silos.At(silo).FetchAsync(version).ConfigureAwait(false);
                if (found is not null && VersionOf(found) == version)
                {
                    await KeepAsync(version, found).ConfigureAwait(false);
                    return found;
                }
            }
            catch (Exception e)
            {
                LogCallFailed(_logger, silo, e.Message);
            }
        }

        return null;
    }

    /// <summary>Finds WebAssembly in this silo's store. Bytes that do not match their version are ignored.</summary>
    internal async Task<byte[]?> FindWasmHereAsync(string version)
    {
        byte[]? kept = await _store.GetAsync(version, _stop.Token).ConfigureAwait(false);
        if (kept is null || VersionOf(kept) == version)
        {
            return kept;
        }

        LogWrongWasm(_logger, version);
        return null;
    }

    /// <summary>Keeps WebAssembly in this silo's store.</summary>
    /// <exception cref="ArgumentException">It is not what its version says.</exception>
    internal Task KeepAsync(string version, byte[] wasm) =>
        VersionOf(wasm) == version
            ? _store.PutAsync(version, wasm, _stop.Token)
            : throw new ArgumentException(
                $"What came under the version {MessageId.Quote(version)} has the version {VersionOf(wasm)}, and is not kept.",
                nameof(wasm)
            );

    private static string VersionOf(ReadOnlySpan<byte> wasm) => Convert.ToHexStringLower(SHA256.HashData(wasm));

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "What is stored under the version {Version} is something else, and is not used"
    )]
    private static partial void LogWrongWasm(ILogger logger, string version);
}
