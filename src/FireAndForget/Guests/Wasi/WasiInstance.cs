using FireAndForget.Guests.Calls;
using FireAndForget.Guests.Decoding;
using Wasmtime;

namespace FireAndForget.Guests.Wasi;

/// <summary>
/// WASI 0.2 and 0.3 for one instance of a guest, with nothing granted but environment and arguments: its handles, its output, its clock, and
/// the functions that are lowered into it, found by interface and name. No file, no socket and no error can exist then, so what
/// asks for a handle to one can only be called with a handle that is not there: it traps. A core module gets preview 1, and what its
/// toolchain imports, over the same output, clock and random bytes.
/// </summary>
internal sealed class WasiInstance(IImportingInstance instance, WasiGrants grants)
{
    private const string Method = "[method]";

    private byte[] _scratch = [];
    private Preview1? _preview1;
    private ToolchainFunctions? _toolchain;

    public WasiGrants Grants { get; } = grants;

    public WasiHandles Handles { get; } = new();

    public WasiClock Clock { get; } = new(grants.Time);

    public WasiOutput Output { get; } = new(instance, grants, isError: false);

    public WasiOutput Error { get; } = new(instance, grants, isError: true);

    /// <summary>The host function behind a lowered import.</summary>
    /// <param name="import">The import.</param>
    /// <param name="type">As the core module declares it, which is where a stub's type is read.</param>
    public Function Supply(LoweredImport import, FunctionImport type)
    {
        if (!WasiInterfaces.All.ContainsKey(WasiInterfaces.Unversioned(import.Interface)))
        {
            return Refuse(import, type);
        }

        LoweredCall call = new(instance, import.Function, import.Memory, import.Realloc)
        {
            IsAsync = import.IsAsync,
            Stream = import.Stream,
            Future = import.Future,
        };
        return Find($"{WasiInterfaces.Unversioned(import.Interface)}#{import.Function}", call) ?? Stub(call, type);
    }

    /// <summary>The host function behind an import of a core module, of <see cref="CoreImports"/> without the host's messaging.</summary>
    /// <param name="import">The import.</param>
    /// <param name="memory">The module's memory.</param>
    public Function Supply(HostImport import, CoreExport memory) =>
        import.Module == CoreImports.Preview1
            ? (_preview1 ??= new(this, instance, memory)).Supply(import.Function)
            : (_toolchain ??= new(this, instance, memory)).Supply(import.Function);

    /// <summary>The function that gives back a handle.</summary>
    public Function Supply(ResourceDrop drop)
    {
        WasiHandleKind kind = $"{WasiInterfaces.Unversioned(drop.Interface)}#{drop.Resource}" switch
        {
            "wasi:io/streams#input-stream" => WasiHandleKind.InputStream,
            "wasi:io/streams#output-stream" => WasiHandleKind.OutputStream,
            "wasi:io/poll#pollable" => WasiHandleKind.Pollable,
            "wasi:sockets/network#network" => WasiHandleKind.Network,
            _ => WasiHandleKind.None,
        };
        string name = $"the drop of {drop.Resource}";
        return Function.FromCallback(
            instance.Store,
            (int handle) =>
            {
                instance.RefuseWhereNotAllowed(name);
                if (kind == WasiHandleKind.None)
                {
                    throw NoSuchHandle(handle, drop.Resource);
                }

                Handles.Drop(handle, kind);
            }
        );
    }

    /// <summary>Finds the function of an interface that can be called with effect; null where a stub is enough.</summary>
    public Function? Find(string name, LoweredCall call) =>
        Wasi3.Find(name, this, call)
        ?? WasiCli.Find(name, this, call)
        ?? WasiClocks.Find(name, this, call)
        ?? WasiPoll.Find(name, this, call)
        ?? WasiStreams.Find(name, this, call)
        ?? WasiRandomness.Find(name, this, call)
        ?? WasiSockets.Find(name, this, call)
        ?? WasiConfig.Find(name, Grants, call)
        ?? WasiLogging.Find(name, this, call);

    /// <summary>What its handlers run, where it has async functions or calls any.</summary>
    public GuestTasks Tasks => field ??= new(this, instance);

    /// <summary>Its streams and futures.</summary>
    public GuestChannels Channels => field ??= new(this);

    /// <summary>The host's log, for the guest.</summary>
    public GuestLog Log => field ??= new(instance, Grants);

    /// <inheritdoc cref="IImportingInstance.Spend"/>
    public void Spend(ref long since) => instance.Spend(ref since);

    /// <summary>A buffer of the host's of that many bytes, valid until the next call.</summary>
    public Span<byte> Scratch(int length)
    {
        if (_scratch.Length < length)
        {
            _scratch = new byte[length];
        }

        return _scratch.AsSpan(0, length);
    }

    /// <summary>
    /// Hands on the last line that the guest wrote without ending it. It is called when the guest writes no more.
    /// </summary>
    public void Flush()
    {
        Output.Flush();
        Error.Flush();
    }

    /// <summary>A function of an interface that the component may import and not call.</summary>
    private Function Refuse(LoweredImport import, FunctionImport type)
    {
        string name = $"{GuestText.Quote(import.Interface)}#{GuestText.Quote(import.Function)}";
        return Function.FromCallback(
            instance.Store,
            (_, _, _) => throw new GuestTrapException($"it called {name}, which wasi.refuse names and no host grants"),
            type.Parameters,
            type.Results
        );
    }

    private Function Stub(LoweredCall call, FunctionImport type)
    {
        string function = call.Function;
        // A function that is no method takes an error: filesystem-error-code and network-error-code.
        string resource = function.StartsWith(Method, StringComparison.Ordinal)
            ? function[Method.Length..function.IndexOf('.', StringComparison.Ordinal)]
            : "error";
        return Function.FromCallback(
            instance.Store,
            (_, arguments, _) =>
            {
                call.Enter();
                // Lowered async, the arguments may lie in memory: the first number is no handle then.
                throw call.IsAsync
                    ? new GuestTrapException($"it called {function} and has no handle of {resource}")
                    : NoSuchHandle(arguments[0].AsInt32(), resource);
            },
            type.Parameters,
            type.Results
        );
    }

    private static GuestTrapException NoSuchHandle(int handle, string resource) =>
        new($"it has no handle {(uint)handle}, which it gave as one of {resource}");
}
