using System.Buffers.Binary;
using System.Diagnostics;
using FireAndForget.Guests.Calls;
using Wasmtime;

namespace FireAndForget.Guests.Wasi;

/// <summary>The functions of <c>wasi:random</c>. The insecure ones draw on the same source as the others.</summary>
internal static class WasiRandomness
{
    /// <summary>
    /// The most bytes at once, on both runtimes: as many as <c>crypto.getRandomValues</c> gives on the web. No budget reaches a guest
    /// while they are made.
    /// </summary>
    public const int MostBytes = 65_536;

    /// <summary>A number of bytes that takes less time than an epoch tick.</summary>
    private const int Run = 1 << 20;

    public static Function? Find(string name, WasiInstance wasi, LoweredCall call) =>
        name switch
        {
            "wasi:random/random#get-random-bytes" => GetBytes(wasi, call),
            "wasi:random/random#get-random-u64" => GetNumber(wasi, call),
            "wasi:random/insecure#get-insecure-random-bytes" => GetBytes(wasi, call),
            "wasi:random/insecure#get-insecure-random-u64" => GetNumber(wasi, call),
            "wasi:random/insecure-seed#insecure-seed" => GetSeed(wasi, call),
            _ => null,
        };

    private static Function GetBytes(WasiInstance wasi, LoweredCall call) =>
        Function.FromCallback(
            call.Store,
            (long length, int answer) =>
            {
                call.Enter();
                if ((ulong)length > MostBytes)
                {
                    throw new GuestTrapException(
                        $"it asked {call.Function} for {(ulong)length} bytes, and the most are {MostBytes}"
                    );
                }

                // The bytes are drawn also where the guest has no room for them, as on the other runtime: the next draw starts
                // behind them.
                WasiRandom random = wasi.Grants.Random;
                ulong place = random.Draw(length);
                call.CheckListAnswer(answer);
                Span<byte> bytes = call.Allocate((int)length, 1, out int pointer);
                long since = Stopwatch.GetTimestamp();
                while (!bytes.IsEmpty)
                {
                    int run = Math.Min(bytes.Length, Run);
                    random.Fill(bytes[..run], place);
                    bytes = bytes[run..];
                    place += (uint)run;
                    wasi.Spend(ref since);
                }

                call.AnswerList(answer, pointer, (int)length);
            }
        );

    private static Function GetNumber(WasiInstance wasi, LoweredCall call) =>
        Function.FromCallback(
            call.Store,
            () =>
            {
                call.Enter();
                return (long)wasi.Grants.Random.Next();
            }
        );

    private static Function GetSeed(WasiInstance wasi, LoweredCall call) =>
        Function.FromCallback(
            call.Store,
            (int answer) =>
            {
                call.Enter();
                (ulong low, ulong high) = (wasi.Grants.Random.Next(), wasi.Grants.Random.Next());
                Span<byte> result = call.Answer(answer, 16, 8);
                BinaryPrimitives.WriteUInt64LittleEndian(result, low);
                BinaryPrimitives.WriteUInt64LittleEndian(result[8..], high);
            }
        );
}
