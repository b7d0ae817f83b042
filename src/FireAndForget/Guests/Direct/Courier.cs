using Wasmtime;

namespace FireAndForget.Guests.Direct;

/// <summary>
/// The courier's module (<c>courier.wat</c>), with and without the call of post-return: compiled once a process, then loaded into
/// each engine.
/// </summary>
internal sealed class Courier : IDisposable
{
    private const string PostReturnMark = ";; post-return";

    private static readonly Lock Compiling = new();
    private static readonly byte[]?[] Compiled = new byte[2][];

    public Courier(Engine engine)
    {
        Plain = Load(engine, postReturn: false);
        WithPostReturn = Load(engine, postReturn: true);
    }

    public Module Plain { get; }

    public Module WithPostReturn { get; }

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
        Plain.Dispose();
        WithPostReturn.Dispose();
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
