using FireAndForget.Guests.Calls;
using Wasmtime;

namespace FireAndForget.Guests.Wasi;

/// <summary>The functions of <c>wasi:cli</c>, and the one that lists the granted folders, of which there are none.</summary>
internal static class WasiCli
{
    private const int StringBytes = 8;

    public static Function? Find(string name, WasiInstance wasi, LoweredCall call) =>
        name switch
        {
            "wasi:cli/environment#get-environment" => GetEnvironment(wasi.Grants.Environment, call),
            "wasi:cli/environment#get-arguments" => GetArguments(wasi.Grants.Arguments, call),
            "wasi:cli/environment#initial-cwd" => None(call, 12),
            "wasi:cli/exit#exit" => Exit(call),
            "wasi:cli/exit#exit-with-code" => ExitWithCode(call),
            "wasi:cli/stdin#get-stdin" => Handle(wasi, call, WasiHandleKind.InputStream),
            "wasi:cli/stdout#get-stdout" => Handle(wasi, call, WasiHandleKind.OutputStream),
            "wasi:cli/stderr#get-stderr" => Handle(wasi, call, WasiHandleKind.OutputStream, WasiStreams.StandardError),
            "wasi:cli/terminal-stdin#get-terminal-stdin" => None(call, 8),
            "wasi:cli/terminal-stdout#get-terminal-stdout" => None(call, 8),
            "wasi:cli/terminal-stderr#get-terminal-stderr" => None(call, 8),
            "wasi:filesystem/preopens#get-directories" => GetDirectories(call),
            _ => null,
        };

    /// <summary>A function that takes nothing and gives a new handle.</summary>
    public static Function Handle(WasiInstance wasi, LoweredCall call, WasiHandleKind kind, ulong value = 0) =>
        Function.FromCallback(
            call.Store,
            () =>
            {
                call.Enter();
                return wasi.Handles.Add(kind, value);
            }
        );

    private static Function GetEnvironment((byte[] Name, byte[] Value)[] variables, LoweredCall call) =>
        Function.FromCallback(
            call.Store,
            (int answer) =>
            {
                call.Enter();
                const int Size = 2 * StringBytes;
                call.CheckListAnswer(answer);
                call.Allocate(variables.Length * Size, 4, out int list);
                for (int i = 0; i < variables.Length; i++)
                {
                    call.StoreString(variables[i].Name, list + (i * Size));
                    call.StoreString(variables[i].Value, list + (i * Size) + StringBytes);
                }

                call.AnswerList(answer, list, variables.Length);
            }
        );

    private static Function GetArguments(byte[][] arguments, LoweredCall call) =>
        Function.FromCallback(
            call.Store,
            (int answer) =>
            {
                call.Enter();
                call.CheckListAnswer(answer);
                call.Allocate(arguments.Length * StringBytes, 4, out int list);
                for (int i = 0; i < arguments.Length; i++)
                {
                    call.StoreString(arguments[i], list + (i * StringBytes));
                }

                call.AnswerList(answer, list, arguments.Length);
            }
        );

    private static Function GetDirectories(LoweredCall call) =>
        Function.FromCallback(
            call.Store,
            (int answer) =>
            {
                call.Enter();
                call.CheckListAnswer(answer);
                call.Allocate(0, 4, out int list);
                call.AnswerList(answer, list, 0);
            }
        );

    /// <summary>A function that takes nothing and gives an option that has no value, of a size in bytes.</summary>
    private static Function None(LoweredCall call, int size) =>
        Function.FromCallback(
            call.Store,
            (int answer) =>
            {
                call.Enter();
                call.Answer(answer, size, 4)[0] = 0;
            }
        );

    private static Function Exit(LoweredCall call) =>
        Function.FromCallback(
            call.Store,
            (int status) =>
            {
                call.Enter();
                throw new GuestTrapException(
                    status switch
                    {
                        0 => "it ended itself: exit with success",
                        1 => "it ended itself: exit with failure",
                        _ => $"it called exit with {(uint)status}, which is not a result",
                    }
                );
            }
        );

    private static Function ExitWithCode(LoweredCall call) =>
        Function.FromCallback(
            call.Store,
            (int code) =>
            {
                call.Enter();
                throw new GuestTrapException($"it ended itself: exit with code {(byte)code}");
            }
        );
}
