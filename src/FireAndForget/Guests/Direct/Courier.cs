using Wasmtime;

namespace FireAndForget.Guests.Direct;

/// <summary>
/// The courier's module (<c>courier.wat</c>), with and without the call of post-return and the reasons of rejections: compiled once a
/// process, then loaded into each engine, each when the first guest needs it, with the memory of their trays.
/// </summary>
internal sealed class Courier(Engine engine) : IDisposable
{
    private const string PostReturnMark = ";; post-return";
    private const string ReasonsMark = ";; reasons";

    private static readonly Lock Compiling = new();
    private static readonly byte[]?[] Compiled = new byte[4][];

    private readonly Module?[] _modules = new Module[4];

    /// <summary>In which messages are handed over.</summary>
    public TrayMemory Trays { get; } = new(engine);

    /// <summary>Makes a courier beside a guest.</summary>
    /// <returns>Its function "deliver".</returns>
    public CourierFunction InstantiateFor(
        Store store,
        Memory memory,
        Function realloc,
        Function handleMessage,
        Function? postReturn,
        Function? takeReason
    )
    {
        using Linker linker = new(engine);
        Trays.Define(linker, store);
        linker.Define("guest", "memory", memory);
        linker.Define("guest", "realloc", realloc);
        linker.Define("guest", "handle-message", handleMessage);
        if (postReturn is not null)
        {
            linker.Define("guest", "post-return", postReturn);
        }

        if (takeReason is not null)
        {
            linker.Define("host", "take-reason", takeReason);
        }

        Module module = Load(postReturn is not null, takeReason is not null);
        return new(store, linker.Instantiate(store, module).GetFunction("deliver")!, realloc, handleMessage);
    }

    public static string Text(bool postReturn, bool reasons = false)
    {
        using Stream stream = typeof(Courier).Assembly.GetManifestResourceStream("courier.wat")!;
        using StreamReader reader = new(stream);
        return string.Join(
            '\n',
            reader
                .ReadToEnd()
                .Split('\n')
                .Where(line => (postReturn || !Ends(line, PostReturnMark)) && (reasons || !Ends(line, ReasonsMark)))
        );
    }

    public void Dispose()
    {
        Trays.Dispose();
        foreach (Module? module in _modules)
        {
            module?.Dispose();
        }
    }

    private Module Load(bool postReturn, bool reasons)
    {
        int variant = (postReturn ? 1 : 0) + (reasons ? 2 : 0);
        lock (Compiling)
        {
            if (Compiled[variant] is null)
            {
                using var module = Module.FromText(engine, "courier", Text(postReturn, reasons));
                Compiled[variant] = module.Serialize();
            }

            return _modules[variant] ??= Module.Deserialize(engine, "courier", Compiled[variant]!);
        }
    }

    private static bool Ends(string line, string mark) => line.TrimEnd().EndsWith(mark, StringComparison.Ordinal);
}
