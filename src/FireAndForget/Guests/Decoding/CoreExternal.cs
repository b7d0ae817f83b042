namespace FireAndForget.Guests.Decoding;

/// <summary>What a core module imports or exports.</summary>
/// <param name="Sort">What it is.</param>
/// <param name="Place">
/// A function's or a tag's type, by its number in the module; a table's or global's, by its place in the binary; -1 for a memory.
/// </param>
/// <param name="IsListable">Whether Wasmtime's C API can list it, see <see cref="CoreValueType.IsListable"/>.</param>
internal readonly record struct CoreExternal(CoreSort Sort, int Place, bool IsListable);
