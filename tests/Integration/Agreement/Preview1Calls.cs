using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using FireAndForget.Guests.Decoding;

namespace FireAndForget.Tests.Agreement;

/// <summary>
/// A core module that calls any function of WASI preview 1 as a message says, and sends what came of it: the answer, and the memory
/// through which arguments and results go.
/// </summary>
internal static class Preview1Calls
{
    /// <summary>Where a call's data lie, and how many bytes are sent from 0 on, the answer at 0 among them.</summary>
    public const int Data = 4096;
    public const int Sent = 8192;

    /// <summary>The length of its memory in bytes.</summary>
    public const int MemoryEnd = 131072;

    private const int Header = 80;

    /// <summary>
    /// What the arguments of each function mean: a descriptor, a pointer, a number of bytes or entries, an enumeration or flags, a
    /// long number.
    /// </summary>
    private static readonly (string Function, string Arguments)[] Meanings =
    [
        ("args_get", "pp"),
        ("args_sizes_get", "pp"),
        ("clock_res_get", "ep"),
        ("clock_time_get", "elp"),
        ("environ_get", "pp"),
        ("environ_sizes_get", "pp"),
        ("fd_advise", "dlle"),
        ("fd_allocate", "dll"),
        ("fd_close", "d"),
        ("fd_datasync", "d"),
        ("fd_fdstat_get", "dp"),
        ("fd_fdstat_set_flags", "de"),
        ("fd_fdstat_set_rights", "dll"),
        ("fd_filestat_get", "dp"),
        ("fd_filestat_set_size", "dl"),
        ("fd_filestat_set_times", "dlle"),
        ("fd_pread", "dpnlp"),
        ("fd_prestat_dir_name", "dpn"),
        ("fd_prestat_get", "dp"),
        ("fd_pwrite", "dpnlp"),
        ("fd_read", "dpnp"),
        ("fd_readdir", "dpnlp"),
        ("fd_renumber", "dd"),
        ("fd_seek", "dlep"),
        ("fd_sync", "d"),
        ("fd_tell", "dp"),
        ("fd_write", "dpnp"),
        ("path_create_directory", "dpn"),
        ("path_filestat_get", "depnp"),
        ("path_filestat_set_times", "depnlle"),
        ("path_link", "depndpn"),
        ("path_open", "depnellep"),
        ("path_readlink", "dpnpnp"),
        ("path_remove_directory", "dpn"),
        ("path_rename", "dpndpn"),
        ("path_symlink", "pndpn"),
        ("path_unlink_file", "dpn"),
        ("poll_oneoff", "ppnp"),
        ("proc_exit", "e"),
        ("proc_raise", "e"),
        ("random_get", "pn"),
        ("sched_yield", ""),
        ("sock_accept", "dep"),
        ("sock_recv", "dpnepp"),
        ("sock_send", "dpnep"),
        ("sock_shutdown", "de"),
    ];

    /// <summary>The functions by their names.</summary>
    public static IEnumerable<string> Functions => Meanings.Select(meaning => meaning.Function);

    public static string ArgumentsOf(string function) =>
        Meanings.Single(meaning => meaning.Function == function).Arguments;

    /// <summary>The module.</summary>
    public static string Module()
    {
        StringBuilder imports = new();
        StringBuilder calls = new();
        for (int i = 0; i < Meanings.Length; i++)
        {
            (string function, string arguments) = Meanings[i];
            string type = CoreImports.TypeOf(CoreImports.Preview1, function)!;
            string parameters = type[1..type.IndexOf(')', StringComparison.Ordinal)]
                .Replace(",", "", StringComparison.Ordinal);
            bool answers = !type.EndsWith("()", StringComparison.Ordinal);
            string[] each = parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            imports.AppendLine(
                CultureInfo.InvariantCulture,
                $"""
                (import "{CoreImports.Preview1}" "{function}"
                  (func ${function} (param {parameters}) {(answers ? "(result i32)" : "")}))
                """
            );
            string values = string.Join(
                ' ',
                each.Select((kind, at) => $"({kind}.load offset={8 + (at * 8)} (local.get $message))")
            );
            string call = $"(call ${function} {values})";
            calls.AppendLine(
                CultureInfo.InvariantCulture,
                $"""
                (if (i32.eq (i32.load (local.get $message)) (i32.const {i}))
                  (then {(answers ? $"(i32.store (i32.const 0) {call})" : call)}))
                """
            );
        }

        return $"""
            (module
              {imports}
              (import "host-messaging" "send" (func $send (param i32 i32 i32 i32) (result i32)))
              (memory (export "memory") 2 2)
              (data (i32.const 65536) "client")
              (global $next (mut i32) (i32.const 0))
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
                (global.set $next (i32.xor (global.get $next) (i32.const 4096)))
                (i32.add (i32.const 69632) (global.get $next)))
              (func (export "handle-message") (param i32 i32) (param $message i32) (param $length i32) (result i32)
                (memory.fill (i32.const 0) (i32.const 0) (i32.const {Sent}))
                (memory.copy
                  (i32.const {Data})
                  (i32.add (local.get $message) (i32.const {Header}))
                  (i32.sub (local.get $length) (i32.const {Header})))
                {calls}
                (call $send (i32.const 65536) (i32.const 6) (i32.const 0) (i32.const {Sent}))))
            """;
    }

    /// <summary>The message that has a function called.</summary>
    public static byte[] Message(string function, long[] arguments, ReadOnlySpan<byte> data)
    {
        byte[] message = new byte[Header + data.Length];
        int index = Array.FindIndex(Meanings, meaning => meaning.Function == function);
        BinaryPrimitives.WriteInt32LittleEndian(message, index);
        for (int i = 0; i < arguments.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(message.AsSpan(8 + (i * 8)), arguments[i]);
        }

        data.CopyTo(message.AsSpan(Header));
        return message;
    }
}
