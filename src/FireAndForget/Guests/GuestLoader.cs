using System.Security.Cryptography;
using FireAndForget.Capacity;
using FireAndForget.Diagnostics;
using FireAndForget.Guests.Compiling;
using FireAndForget.Guests.ComponentApi;
using FireAndForget.Guests.Decoding;
using FireAndForget.Guests.Direct;
using FireAndForget.Guests.Instances;
using FireAndForget.Threading;
using FireAndForget.Wording;
using Wasmtime;

namespace FireAndForget.Guests;

/// <summary>
/// Turns a source into code that can be instantiated: decoded, checked against the contract, compiled by the runtime that is to
/// run it. Components made from the same bytes share their code, which goes when the last of them does.
/// </summary>
internal sealed class GuestLoader : IDisposable
{
    private static readonly Lazy<Engine> CheckingEngine = new(() => CreateCheckingEngine());
    private static readonly Lazy<Engine> AsyncCheckingEngine = new(() => CreateCheckingEngine(isAsync: true));

    private readonly Lock _lock = new();
    private readonly Dictionary<string, SharedCode> _codes = [];
    private readonly Courier _courier;
    private readonly CompileCache? _cache;
    private readonly Audit? _audit;

    public GuestLoader(CompileCacheOptions? cache = null, Audit? audit = null)
    {
        _courier = new(Engine);
        _cache = CompileCache.Create(cache, audit);
        _audit = audit;
        Progress = new(audit);
    }

    public Engine Engine { get; } = CreateEngine();

    /// <summary>Whether components run through the component API also where the direct runtime could run them.</summary>
    public bool PrefersComponentApi { get; init; }

    /// <summary>What components that run through the component API get of WASI from the host itself.</summary>
    public HostWasi Wasi { get; init; }

    /// <summary>Whether the machine has room for what is compiled; null: nobody asks.</summary>
    public MachineGuard? Machine { get; init; }

    /// <summary>What guests may ask of the compiler.</summary>
    public CompileLimitOptions Limits { get; init; } = new();

    /// <summary>The process in which guests are compiled; null: this one.</summary>
    public CompileProcessOptions? Process { get; init; }

    /// <summary>How far loads are.</summary>
    public LoadProgress Progress { get; }

    /// <summary>How <see cref="CreateEngine()"/> sets an engine up, for the keys of the compile cache: change both.</summary>
    private static string EngineSettings =>
        "epochs, shared trays, multi-memory, memory stays"
        + (OperatingSystem.IsWindows() ? ", traps without signals" : "");

    /// <summary>An engine as all guests are compiled for. Its couriers have a shared memory, which no guest may have.</summary>
    public static Engine CreateEngine() => CreateEngine(TrayMemory.Allow);

    /// <summary>An engine as guests are checked for.</summary>
    /// <param name="isAsync">Whether it is for components that have async functions, which the direct runtime runs alone.</param>
    public static Engine CreateCheckingEngine(bool isAsync = false) =>
        CreateEngine(config =>
            isAsync ? AsyncFeatures.Allow(config.WithWasmThreads(false)) : config.WithWasmThreads(false)
        );

    /// <summary>Compiles a binary for an engine as <see cref="CreateEngine()"/> gives it, for another process.</summary>
    /// <param name="kind">A <see cref="CompileProcess.Module"/> or a <see cref="CompileProcess.Component"/>.</param>
    /// <param name="binary">The binary.</param>
    /// <returns>Its key in the compile cache, and the code as Wasmtime serialises it.</returns>
    /// <exception cref="WasmtimeException">It is not valid.</exception>
    public static (string Key, byte[] Compiled) CompileAlone(string kind, ReadOnlyMemory<byte> binary)
    {
        using Engine engine = CreateEngine();
        string key = CacheKey.Of(kind, EngineSettings, binary.Span);
        if (kind == CompileProcess.Module)
        {
            using var module = Module.FromBytes(engine, kind, binary.Span);
            return (key, module.Serialize());
        }

        using var component = Wasmtime.Components.Component.FromBytes(engine, binary.Span);
        return (key, component.Serialize());
    }

    /// <summary>Reads what a source is; it is neither compiled nor run.</summary>
    /// <exception cref="ComponentLoadException">It cannot be read or is no WebAssembly.</exception>
    public static (GuestDescription Description, byte[] Binary) Describe(
        ComponentSource source,
        RefusedImports refused = default
    )
    {
        byte[] binary = source.ReadBinary();
        try
        {
            return (GuestDecoder.Decode(binary, refused), binary);
        }
        catch (ComponentLoadException e)
        {
            throw new ComponentLoadException($"{source.Name}: {e.Message}", e);
        }
    }

    /// <summary>Why a guest cannot be granted folders; null where it can.</summary>
    public static string? WhyNoFolders(GuestDescription description) =>
        !description.IsComponent
            ? "it is a core module, which cannot be granted directories: make a component of it (wasm-tools component embed, then wasm-tools "
                + "component new), or take them out of its options"
        : !description.NeedsDirect ? null
        : description.IsAsync
            ? "it has async functions or imports WASI 0.3, which the direct runtime alone has, and cannot be granted directories: "
                + "build it for WASI 0.2, or take them out of its options"
        : "it is of wasi:messaging, which the direct runtime alone hosts, and cannot be granted directories: take them out of its options";

    /// <summary>Compiles a source, or finds its code. Give it back with <see cref="Release"/>.</summary>
    /// <param name="source">Where it comes from.</param>
    /// <param name="grantsFolders">Whether it is granted what only the component-API runtime can give.</param>
    /// <exception cref="ComponentLoadException">It cannot be read, is no WebAssembly or does not keep the contract.</exception>
    /// <param name="refused">What it may import although nobody grants it.</param>
    public GuestCode Load(ComponentSource source, bool grantsFolders = false, RefusedImports refused = default)
    {
        FaultSignals.Mend();
        byte[] binary = source.ReadBinary();
        byte[] digest = SHA256.HashData(binary);
        string hash = Convert.ToHexString(digest) + (grantsFolders ? " with folders" : "") + $" {refused.Key}";
        SharedCode? shared;
        lock (_lock)
        {
            if (!_codes.TryGetValue(hash, out shared))
            {
                shared = new(hash, new(() => Compile(source, binary, digest, grantsFolders, refused)));
                _codes.Add(hash, shared);
            }

            shared.Users++;
        }

        try
        {
            return shared.Code.Value;
        }
        catch (ComponentLoadException e)
        {
            Drop(shared);
            throw new ComponentLoadException($"{source.Name}: {e.Message}", e);
        }
        catch
        {
            // The load may have failed for want of memory, so the failure is not kept: the next load tries again.
            Drop(shared);
            throw;
        }
    }

    /// <summary>Counts one more user of the code, who calls <see cref="Release"/> when it is done.</summary>
    public void Retain(GuestCode code)
    {
        lock (_lock)
        {
            Find(code).Users++;
        }
    }

    /// <summary>Retains code that its last user may have released meanwhile.</summary>
    /// <returns>False where it has: the code is not to be used any more.</returns>
    public bool TryRetain(GuestCode code)
    {
        lock (_lock)
        {
            SharedCode? shared = _codes.Values.FirstOrDefault(c =>
                c.Code is { IsValueCreated: true } lazy && lazy.Value == code
            );
            if (shared is not null)
            {
                shared.Users++;
            }

            return shared is not null;
        }
    }

    /// <summary>Counts one user of the code less; without users the code is disposed of.</summary>
    public void Release(GuestCode code)
    {
        SharedCode shared;
        lock (_lock)
        {
            shared = Find(code);
        }

        Drop(shared);
    }

    public void Dispose()
    {
        foreach (SharedCode shared in _codes.Values)
        {
            shared.Dispose();
        }

        _courier.Dispose();
        Engine.Dispose();
    }

    private static Engine CreateEngine(Func<Config, Config> threads)
    {
        // Off on Windows: there, processes with hardware shadow stacks end at a trap that comes by signal.
        Config config = new Config()
            .WithEpochInterruption(true)
            .WithMultiMemory(true)
            .WithMemoryMayMove(false)
            .WithSignalsBasedTraps(!OperatingSystem.IsWindows());
        Engine engine = new(threads(config));
        // The first engine of a process has installed Wasmtime's handlers.
        FaultSignals.Mend();
        return engine;
    }

    private SharedCode Find(GuestCode code) =>
        _codes.Values.First(c => c.Code is { IsValueCreated: true } lazy && lazy.Value == code);

    private GuestCode Compile(
        ComponentSource source,
        byte[] binary,
        byte[] digest,
        bool grantsFolders,
        RefusedImports refused
    )
    {
        GuestDescription description = GuestDecoder.Decode(binary, refused);
        if (description.Refusal is not null)
        {
            throw new ComponentLoadException(description.Refusal);
        }

        if (grantsFolders && WhyNoFolders(description) is { } wrong)
        {
            throw new ComponentLoadException($"{wrong}.");
        }

        bool usesComponentApi = description.Plan is null || UsesComponentApi(description, grantsFolders);
        using GuestCompiler compiler = new(
            Engine,
            EngineSettings,
            source,
            _cache,
            Progress,
            code =>
            {
                new CompileBounds(Limits).Check(code);
                if (!description.IsComponent)
                {
                    Check(description, binary);
                }
            },
            _audit?.LogsBacktraces ?? false
        )
        {
            Process = Process,
        };
        // A core module is checked where it is compiled: one that the cache has was.
        if (description.IsComponent)
        {
            compiler.Check(digest, () => Check(description, binary));
        }

        GuestCode code;
        if (usesComponentApi)
        {
            code = ComponentApiCode.Compile(Engine, compiler, description, Wasi, binary, grantsFolders);
        }
        else
        {
            Machine?.CheckRoomFor(new(Memories: 0, description.Plan!.Modules.Count));
            code = DirectCode.Compile(Engine, compiler, _courier, description.Plan!);
        }

        code.Summary = GuestSummary.Of(description);
        return code;
    }

    /// <exception cref="ComponentLoadException">It is not valid, or needs what the engine has off.</exception>
    private static void Check(GuestDescription description, byte[] binary)
    {
        Engine engine = description.IsAsync ? AsyncCheckingEngine.Value : CheckingEngine.Value;
        if (GuestValidation.Check(engine, description, binary) is { } refusal)
        {
            throw new ComponentLoadException($"{refusal}.");
        }
    }

    private bool UsesComponentApi(GuestDescription description, bool grantsFolders) =>
        (grantsFolders || PrefersComponentApi) && description is { IsComponent: true, NeedsDirect: false };

    private void Drop(SharedCode shared)
    {
        lock (_lock)
        {
            if (--shared.Users != 0)
            {
                return;
            }

            _codes.Remove(shared.Hash);
        }

        shared.Dispose();
    }

    private sealed class SharedCode(string hash, Lazy<GuestCode> code) : IDisposable
    {
        public string Hash { get; } = hash;

        public Lazy<GuestCode> Code { get; } = code;

        public int Users { get; set; }

        public void Dispose()
        {
            if (Code.IsValueCreated)
            {
                Code.Value.Dispose();
            }
        }
    }
}
