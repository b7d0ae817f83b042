namespace FireAndForget.Orleans;

/// <summary>Keeps the WebAssembly of components under its content address. What comes out of it is verified before it is used.</summary>
public interface IWasmStore
{
    /// <summary>Whether all silos share the store. If not, the cluster gives what is stored to each of them.</summary>
    bool IsShared { get; }

    /// <summary>Keeps bytes.</summary>
    /// <param name="version">Their SHA-256, 64 lower-case hexadecimal digits.</param>
    /// <param name="wasm">The bytes.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>A task that ends when they are kept.</returns>
    Task PutAsync(string version, ReadOnlyMemory<byte> wasm, CancellationToken cancellationToken = default);

    /// <summary>Finds bytes.</summary>
    /// <param name="version">Their SHA-256, 64 lower-case hexadecimal digits.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The bytes; null: they are not there.</returns>
    Task<byte[]?> GetAsync(string version, CancellationToken cancellationToken = default);
}
