using FireAndForget.Guests.Decoding;
using Wasmtime;

namespace FireAndForget.Guests.Direct;

/// <summary>
/// The modules that are put around the handlers of guests that have async functions, so that the courier can call them as any other: such a
/// module tells the host that a task begins, calls the handler, calls it back as long as it has not ended, with what the host says has
/// happened, and answers what the task returned. Compiled for an engine when the first guest needs one, one for each form of handler.
/// </summary>
internal sealed class TaskModules(Engine engine) : IDisposable
{
    private readonly Dictionary<string, Module> _modules = [];

    /// <summary>Whether the host says what a task answers, when it has ended.</summary>
    public static bool HasAnswer(TaskHandler handler) =>
        handler is { Callback: not null, Handler: not HostMessaging.HandleReply };

    /// <summary>Puts a module around a handler, and gives its function, of the type that the handler has without the async form.</summary>
    /// <param name="store">The guest's store.</param>
    /// <param name="handler">The handler.</param>
    /// <param name="function">Its own function.</param>
    /// <param name="callback">What it is called back by; null where it is not lifted async.</param>
    /// <param name="begin">Called first, <c>() -> ()</c>.</param>
    /// <param name="next">Called with an answer that is not exit: the event, <c>(i32) -> i64</c>, see <see cref="Wasi.GuestTasks.Next"/>.</param>
    /// <param name="end">Called last; gives the answer where <see cref="HasAnswer"/>.</param>
    public Function InstantiateFor(
        Store store,
        TaskHandler handler,
        Function function,
        Function? callback,
        Function begin,
        Function next,
        Function end
    )
    {
        using Linker linker = new(engine);
        linker.Define("guest", "handle", function);
        linker.Define("host", "begin", begin);
        linker.Define("host", "end", end);
        if (callback is not null)
        {
            linker.Define("guest", "callback", callback);
            linker.Define("host", "next", next);
        }

        return linker.Instantiate(store, Load(Text(handler))).GetFunction("handle")!;
    }

    public void Dispose()
    {
        foreach (Module module in _modules.Values)
        {
            module.Dispose();
        }
    }

    private Module Load(string text)
    {
        lock (_modules)
        {
            if (!_modules.TryGetValue(text, out Module? module))
            {
                module = Module.FromText(engine, "task", text);
                _modules.Add(text, module);
            }

            return module;
        }
    }

    private static string Text(TaskHandler handler)
    {
        string[] types = handler.Handler switch
        {
            HostMessaging.HandleReply => ["i64", "i32", "i32", "i32"],
            HostMessaging.HandleTopic => ["i32", "i32", "i32", "i32", "i32", "i32"],
            _ => ["i32", "i32", "i32", "i32"],
        };
        string parameters = $"(param {string.Join(' ', types)})";
        string result = handler.Handler == HostMessaging.HandleReply ? "" : "(result i32)";
        string arguments = string.Concat(types.Select((_, i) => $"(local.get {i})"));
        return handler.Callback is null
            ? $"""
                (module
                  (import "guest" "handle" (func $handle {parameters} {result}))
                  (import "host" "begin" (func $begin))
                  (import "host" "end" (func $end))
                  (func (export "handle") {parameters} {result}
                    (call $begin)
                    (call $handle {arguments})
                    (call $end)))
                """
            : $"""
                (module
                  (import "guest" "handle" (func $handle {parameters} (result i32)))
                  (import "guest" "callback" (func $callback (param i32 i32 i32) (result i32)))
                  (import "host" "begin" (func $begin))
                  (import "host" "next" (func $next (param i32) (result i64)))
                  (import "host" "end" (func $end {result}))
                  (func (export "handle") {parameters} {result}
                    (local $answer i32) (local $event i64)
                    (call $begin)
                    (local.set $answer (call $handle {arguments}))
                    (block $exit
                      (loop $again
                        (br_if $exit (i32.eqz (i32.and (local.get $answer) (i32.const 15))))
                        (local.set $event (call $next (local.get $answer)))
                        (local.set $answer
                          (call $callback
                            (i32.and (i32.wrap_i64 (local.get $event)) (i32.const 15))
                            (i32.wrap_i64 (i64.shr_u (i64.and (local.get $event) (i64.const 0xffffffff)) (i64.const 4)))
                            (i32.wrap_i64 (i64.shr_u (local.get $event) (i64.const 32)))))
                        (br $again)))
                    (call $end)))
                """;
    }
}
