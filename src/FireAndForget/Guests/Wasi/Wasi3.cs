using System.Buffers.Binary;
using FireAndForget.Guests.Calls;
using Wasmtime;

namespace FireAndForget.Guests.Wasi;

/// <summary>
/// The functions of WASI 0.3. Most do what others of 0.2 do, which answer in the same form; those that wait are async.
/// </summary>
internal static class Wasi3
{
    public static Function? Find(string name, WasiInstance wasi, LoweredCall call)
    {
        WasiClock clock = wasi.Clock;
        return name switch
        {
            "wasi:clocks/monotonic-clock@0.3#wait-until" => Wait(
                wasi,
                call,
                instant => instant <= clock.Now ? 0 : instant
            ),
            "wasi:clocks/monotonic-clock@0.3#wait-for" => Wait(wasi, call, span => span == 0 ? 0 : clock.After(span)),
            "wasi:clocks/system-clock@0.3#get-resolution" => Function.FromCallback(
                call.Store,
                () =>
                {
                    call.Enter();
                    return (long)WasiClock.WallResolution.Nanoseconds;
                }
            ),
            "wasi:cli/stdin@0.3#read-via-stream" => ReadViaStream(wasi, call),
            "wasi:cli/stdout@0.3#write-via-stream" => WriteViaStream(wasi, call, wasi.Output),
            "wasi:cli/stderr@0.3#write-via-stream" => WriteViaStream(wasi, call, wasi.Error),
            _ => SameOf(name) is { } same ? wasi.Find(same, call) : null,
        };
    }

    /// <summary>The function of WASI 0.2 that does the same.</summary>
    private static string? SameOf(string name) =>
        name switch
        {
            "wasi:cli/environment@0.3#get-environment" => "wasi:cli/environment#get-environment",
            "wasi:cli/environment@0.3#get-arguments" => "wasi:cli/environment#get-arguments",
            "wasi:cli/environment@0.3#get-initial-cwd" => "wasi:cli/environment#initial-cwd",
            "wasi:cli/exit@0.3#exit" => "wasi:cli/exit#exit",
            "wasi:cli/exit@0.3#exit-with-code" => "wasi:cli/exit#exit-with-code",
            "wasi:cli/terminal-stdin@0.3#get-terminal-stdin" => "wasi:cli/terminal-stdin#get-terminal-stdin",
            "wasi:cli/terminal-stdout@0.3#get-terminal-stdout" => "wasi:cli/terminal-stdout#get-terminal-stdout",
            "wasi:cli/terminal-stderr@0.3#get-terminal-stderr" => "wasi:cli/terminal-stderr#get-terminal-stderr",
            "wasi:clocks/monotonic-clock@0.3#now" => "wasi:clocks/monotonic-clock#now",
            "wasi:clocks/monotonic-clock@0.3#get-resolution" => "wasi:clocks/monotonic-clock#resolution",
            "wasi:clocks/system-clock@0.3#now" => "wasi:clocks/wall-clock#now",
            "wasi:filesystem/preopens@0.3#get-directories" => "wasi:filesystem/preopens#get-directories",
            "wasi:random/random@0.3#get-random-bytes" => "wasi:random/random#get-random-bytes",
            "wasi:random/random@0.3#get-random-u64" => "wasi:random/random#get-random-u64",
            "wasi:random/insecure@0.3#get-insecure-random-bytes" => "wasi:random/insecure#get-insecure-random-bytes",
            "wasi:random/insecure@0.3#get-insecure-random-u64" => "wasi:random/insecure#get-insecure-random-u64",
            "wasi:random/insecure-seed@0.3#get-insecure-seed" => "wasi:random/insecure-seed#insecure-seed",
            _ => null,
        };

    /// <summary>Standard input: a stream that is at its end, and a future that says that this is no error.</summary>
    private static Function ReadViaStream(WasiInstance wasi, LoweredCall call) =>
        Function.FromCallback(
            call.Store,
            (int answer) =>
            {
                call.Enter();
                Span<byte> ends = call.Answer(answer, 2 * sizeof(int), sizeof(int));
                int stream = wasi.Channels.Give(new(call.Stream!) { IsDropped = true });
                int future = wasi.Channels.Give(new(call.Future!) { HasSucceeded = true });
                BinaryPrimitives.WriteInt32LittleEndian(ends, stream);
                BinaryPrimitives.WriteInt32LittleEndian(ends[sizeof(int)..], future);
            }
        );

    private static Function WriteViaStream(WasiInstance wasi, LoweredCall call, WasiOutput output) =>
        Function.FromCallback(
            call.Store,
            (int stream) =>
            {
                call.Enter();
                return wasi.Channels.Give(wasi.Channels.Connect(call, stream, output));
            }
        );

    private static Function Wait(WasiInstance wasi, LoweredCall call, Func<ulong, ulong> until)
    {
        return call.IsAsync
            ? Function.FromCallback(call.Store, (long when) => Call(when))
            : Function.FromCallback(
                call.Store,
                (long when) =>
                {
                    Call(when);
                }
            );

        int Call(long when)
        {
            call.Enter();
            return wasi.Tasks.Call(call, until((ulong)when));
        }
    }
}
