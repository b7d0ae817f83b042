namespace FireAndForget.Orleans;

/// <summary>Keeps WebAssembly in a folder, a file for each version, such as one that all machines of the cluster mount.</summary>
public sealed class FolderWasmStore : IWasmStore
{
    private readonly string _folder;

    /// <summary>Creates a store.</summary>
    /// <param name="folder">The folder; it is made where it is missing.</param>
    /// <param name="isShared">Whether all silos have the same folder. Default false: what one stores is given to all of them.</param>
    /// <exception cref="ArgumentException">The folder's path is null or empty.</exception>
    public FolderWasmStore(string folder, bool isShared = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = folder;
        IsShared = isShared;
    }

    /// <inheritdoc/>
    public bool IsShared { get; }

    /// <inheritdoc/>
    public async Task PutAsync(string version, ReadOnlyMemory<byte> wasm, CancellationToken cancellationToken = default)
    {
        string file = FileOf(version);
        if (File.Exists(file))
        {
            return;
        }

        Directory.CreateDirectory(_folder);
        // The file is written under another name first, so that it is there whole or not at all, also where several processes write
        // it.
        string draft = $"{file}.{Guid.NewGuid():n}";
        await File.WriteAllBytesAsync(draft, wasm, cancellationToken).ConfigureAwait(false);
        File.Move(draft, file, overwrite: true);
    }

    /// <inheritdoc/>
    public async Task<byte[]?> GetAsync(string version, CancellationToken cancellationToken = default)
    {
        string file = FileOf(version);
        return File.Exists(file) ? await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false) : null;
    }

    private string FileOf(string version)
    {
        ArgumentNullException.ThrowIfNull(version);
        return version.Length == 64 && version.All(char.IsAsciiHexDigitLower)
            ? Path.Combine(_folder, $"{version}.wasm")
            : throw new ArgumentException("A version is 64 lower-case hexadecimal digits.", nameof(version));
    }
}
