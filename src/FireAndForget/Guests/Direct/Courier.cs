using Wasmtime;

namespace FireAndForget.Guests.Direct;

/// <summary>
/// The courier's module (<c>courier.wat</c>), with and without the call of post-return, the reasons of rejections, requests and replies: compiled
/// once a process, then loaded into each engine, each when the first guest needs it, with the memory of their trays.
/// </summary>
internal sealed class Courier(Engine engine) : IDisposable
{
    private const string PostReturnMark = ";; post-return";
    private const string ReasonsMark = ";; reasons";
    private const string RequestsMark = ";; requests";
    private const string RepliesMark = ";; replies";

    /// <summary>How many there are: each of the four is there or not.</summary>
    private const int Variants = 1 << 4;

    private static readonly Lock Compiling = new();
    private static readonly byte[]?[] Compiled = new byte[Variants][];

    private readonly Module?[] _modules = new Module[Variants];

    /// <summary>The memory of the trays in which messages are handed over.</summary>
    public TrayMemory Trays { get; } = new(engine);

    /// <summary>What is put around the handlers of guests that have async functions.</summary>
    public TaskModules Tasks { get; } = new(engine);

    /// <summary>Makes a courier beside a guest.</summary>
    /// <returns>
    /// Its function "deliver", of four parameters: the tray's offset in bytes, how many messages lie there, the byte position of the first one,
    /// and the greatest answer that is in range, as an unsigned number. It answers how many were rejected. And "ask", of the tray's offset
    /// and the position of one message, which answers what <c>handle-request</c> does; there is none where that is null. And "reply", of a
    /// request's number, the tray's offset and the length of the answer, which lies at the beginning of the tray's bytes; there is none where
    /// <c>handle-reply</c> is null.
    /// </returns>
    public (NativeFunction Deliver, NativeFunction Ask, NativeFunction Reply) InstantiateFor(
        Store store,
        Memory memory,
        Function realloc,
        Function handleMessage,
        Function? postReturn,
        Function? takeReason,
        Function? handleRequest,
        Function? handleReply
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

        if (handleRequest is not null)
        {
            linker.Define("guest", "handle-request", handleRequest);
        }

        if (handleReply is not null)
        {
            linker.Define("guest", "handle-reply", handleReply);
        }

        Module module = Load(
            postReturn is not null,
            takeReason is not null,
            handleRequest is not null,
            handleReply is not null
        );
        Instance courier = linker.Instantiate(store, module);
        return (
            new(store, courier.GetFunction("deliver")!, parameters: 4, results: 1),
            handleRequest is null ? default : new(store, courier.GetFunction("ask")!, parameters: 4, results: 1),
            handleReply is null ? default : new(store, courier.GetFunction("reply")!, parameters: 4, results: 0)
        );
    }

    public static string Text(bool postReturn, bool reasons = false, bool requests = false, bool replies = false)
    {
        using Stream stream = typeof(Courier).Assembly.GetManifestResourceStream("courier.wat")!;
        using StreamReader reader = new(stream);
        return string.Join(
            '\n',
            reader
                .ReadToEnd()
                .Split('\n')
                .Where(line =>
                    (postReturn || !Ends(line, PostReturnMark))
                    && (reasons || !Ends(line, ReasonsMark))
                    && (requests || !Ends(line, RequestsMark))
                    && (replies || !Ends(line, RepliesMark))
                )
        );
    }

    public void Dispose()
    {
        Trays.Dispose();
        Tasks.Dispose();
        foreach (Module? module in _modules)
        {
            module?.Dispose();
        }
    }

    private Module Load(bool postReturn, bool reasons, bool requests, bool replies)
    {
        int variant = (postReturn ? 1 : 0) + (reasons ? 2 : 0) + (requests ? 4 : 0) + (replies ? 8 : 0);
        lock (Compiling)
        {
            if (Compiled[variant] is null)
            {
                using var module = Module.FromText(engine, "courier", Text(postReturn, reasons, requests, replies));
                Compiled[variant] = module.Serialize();
            }

            return _modules[variant] ??= Module.Deserialize(engine, "courier", Compiled[variant]!);
        }
    }

    private static bool Ends(string line, string mark) => line.TrimEnd().EndsWith(mark, StringComparison.Ordinal);
}
