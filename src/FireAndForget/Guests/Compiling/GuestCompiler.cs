using System.Diagnostics;
using FireAndForget.Wording;
using Wasmtime;
using WasmComponent = Wasmtime.Components.Component;

namespace FireAndForget.Guests.Compiling;

/// <summary>
/// Compiles one guest for an engine: gets the binaries that it consists of and gives what Wasmtime makes of them, out of the compile
/// cache where it is there. Disposed of when the guest is compiled.
/// </summary>
/// <param name="engine">The engine.</param>
/// <param name="settings">How it is set up, as far as compiled code depends on it.</param>
/// <param name="source">Where the guest comes from, for those who watch and for the cache's list.</param>
/// <param name="cache">The cache; null: none.</param>
/// <param name="progress">Is told when something is really compiled.</param>
/// <param name="check">Looks at what is to be compiled, and refuses what would cost too much.</param>
/// <param name="keepsNames">Whether the names of functions are kept for backtraces.</param>
internal sealed class GuestCompiler(
    Engine engine,
    string settings,
    ComponentSource source,
    CompileCache? cache,
    LoadProgress progress,
    Action<ReadOnlyMemory<byte>> check,
    bool keepsNames
) : IDisposable
{
    private long _started;

    /// <summary>The process in which it is compiled; null: this one.</summary>
    public CompileProcessOptions? Process { get; init; }

    /// <summary>Whether the names of functions are kept for backtraces.</summary>
    public bool KeepsNames => keepsNames;

    /// <summary>
    /// Has a guest checked as a whole, unless the cache remembers that it is valid: checking takes longer than a load out of the
    /// cache.
    /// </summary>
    /// <param name="digest">A digest of the guest.</param>
    /// <param name="check">Checks it, and throws where it is not valid.</param>
    public void Check(ReadOnlySpan<byte> digest, Action check)
    {
        string key = cache is null ? "" : CacheKey.Of("verdict", settings, digest);
        if (cache?.Load(key, _ => source) is null)
        {
            check();
            cache?.Store(key, source.Origin, () => []);
        }
    }

    /// <summary>A core module.</summary>
    /// <exception cref="WasmtimeException">It is not valid.</exception>
    public Module Module(string name, ReadOnlyMemory<byte> binary) =>
        Make(
            CompileProcess.Module,
            binary,
            entry =>
                MapOrCopy(
                    entry,
                    path => Wasmtime.Module.DeserializeFile(engine, name, path),
                    bytes => Wasmtime.Module.Deserialize(engine, name, bytes)
                ),
            () => Wasmtime.Module.FromBytes(engine, name, binary.Span),
            bytes => Wasmtime.Module.Deserialize(engine, name, bytes),
            module => module.Serialize()
        );

    /// <summary>A whole component.</summary>
    /// <exception cref="WasmtimeException">It is not valid.</exception>
    public WasmComponent Component(ReadOnlyMemory<byte> binary) =>
        Make(
            CompileProcess.Component,
            binary,
            entry =>
                MapOrCopy(
                    entry,
                    path => WasmComponent.DeserializeFile(engine, path),
                    bytes => WasmComponent.Deserialize(engine, bytes)
                ),
            () => WasmComponent.FromBytes(engine, binary.Span),
            bytes => WasmComponent.Deserialize(engine, bytes),
            component => component.Serialize()
        );

    public void Dispose()
    {
        if (_started != 0)
        {
            progress.Compiled(source.Name, Stopwatch.GetElapsedTime(_started));
        }
    }

    /// <summary>
    /// Maps an entry. Where code in files may not be run, as on a mount with noexec, or /proc is missing, a copy in memory is made.
    /// </summary>
    private static T MapOrCopy<T>(CacheEntry entry, Func<string, T> map, Func<byte[], T> copy)
    {
        try
        {
            return map(entry.Path);
        }
        catch (WasmtimeException)
        {
            return copy(entry.ReadAll());
        }
    }

    private T Make<T>(
        string kind,
        ReadOnlyMemory<byte> binary,
        Func<CacheEntry, T> load,
        Func<T> compile,
        Func<byte[], T> deserialize,
        Func<T, byte[]> serialize
    )
        where T : class
    {
        string key = cache is null && Process is null ? "" : CacheKey.Of(kind, settings, binary.Span);
        if (cache?.Load(key, load) is { } loaded)
        {
            return loaded;
        }

        check(binary);
        if (_started == 0)
        {
            _started = Stopwatch.GetTimestamp();
            progress.Compiling(source.Name);
        }

        if (Process is not null)
        {
            byte[] code = CompileProcess.Compile(Process, kind, key, binary);
            cache?.Store(key, source.Origin, () => code);
            return deserialize(code);
        }

        T compiled = compile();
        cache?.Store(key, source.Origin, () => serialize(compiled));
        return compiled;
    }
}
