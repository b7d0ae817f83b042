using Wasmtime;

namespace FireAndForget.Guests.Direct;

/// <summary>
/// The courier's module (<c>courier.wat</c>), with and without the call of post-return: compiled once a process, then loaded into
/// each engine, with the memory of their trays.
/// </summary>
internal sealed class Courier : IDisposable
{
    private const string PostReturnMark = ";; post-return";

    private static readonly Lock Compiling = new();
    private static readonly byte[]?[] Compiled = new byte[2][];

    private readonly Engine _engine;
    private readonly Module _plain;
    private readonly Module _withPostReturn;

    public Courier(Engine engine)
    {
        _engine = engine;
        _plain = Load(engine, postReturn: false);
        _withPostReturn = Load(engine, postReturn: true);
        Trays = new(engine);
    }

    /// <summary>In which messages are handed over.</summary>
    public TrayMemory Trays { get; }

    /// <summary>Makes a courier beside a guest.</summary>
    /// <returns>Its function "deliver".</returns>
    public CourierFunction InstantiateFor(
        Store store,
        Memory memory,
        Function realloc,
        Function handleMessage,
        Function? postReturn
    )
    {
        using Linker linker = new(_engine);
        Trays.Define(linker, store);
        linker.Define("guest", "memory", memory);
        linker.Define("guest", "realloc", realloc);
        linker.Define("guest", "handle-message", handleMessage);
        if (postReturn is not null)
        {
            linker.Define("guest", "post-return", postReturn);
        }

        Module module = postReturn is null ? _plain : _withPostReturn;
        return new(store, linker.Instantiate(store, module).GetFunction("deliver")!);
    }

    public static string Text(bool postReturn)
    {
        using Stream stream = typeof(Courier).Assembly.GetManifestResourceStream("courier.wat")!;
        using StreamReader reader = new(stream);
        IEnumerable<string> lines = reader.ReadToEnd().Split('\n');
        return string.Join(
            '\n',
            postReturn ? lines : lines.Where(line => !line.TrimEnd().EndsWith(PostReturnMark, StringComparison.Ordinal))
        );
    }

    public void Dispose()
    {
        _plain.Dispose();
        _withPostReturn.Dispose();
        Trays.Dispose();
    }

    private static Module Load(Engine engine, bool postReturn)
    {
        lock (Compiling)
        {
            ref byte[]? compiled = ref Compiled[postReturn ? 1 : 0];
            if (compiled is null)
            {
                using var module = Module.FromText(engine, "courier", Text(postReturn));
                compiled = module.Serialize();
            }

            return Module.Deserialize(engine, "courier", compiled);
        }
    }
}
