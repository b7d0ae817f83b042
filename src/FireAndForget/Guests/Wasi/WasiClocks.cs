using System.Buffers.Binary;
using FireAndForget.Guests.Calls;
using Wasmtime;

namespace FireAndForget.Guests.Wasi;

/// <summary>The functions of <c>wasi:clocks</c>.</summary>
internal static class WasiClocks
{
    public static Function? Find(string name, WasiInstance wasi, LoweredCall call)
    {
        WasiClock clock = wasi.Clock;
        return name switch
        {
            "wasi:clocks/monotonic-clock#now" => Instant(call, () => clock.Now),
            "wasi:clocks/monotonic-clock#resolution" => Instant(call, () => clock.Resolution),
            "wasi:clocks/monotonic-clock#subscribe-instant" => Subscribe(wasi, call, instant => instant),
            "wasi:clocks/monotonic-clock#subscribe-duration" => Subscribe(wasi, call, clock.After),
            "wasi:clocks/wall-clock#now" => DateTime(call, () => clock.WallNow),
            "wasi:clocks/wall-clock#resolution" => DateTime(call, () => WasiClock.WallResolution),
            _ => null,
        };
    }

    private static Function Instant(LoweredCall call, Func<ulong> value) =>
        Function.FromCallback(
            call.Store,
            () =>
            {
                call.Enter();
                return (long)value();
            }
        );

    private static Function Subscribe(WasiInstance wasi, LoweredCall call, Func<ulong, ulong> readyAt) =>
        Function.FromCallback(
            call.Store,
            (long when) =>
            {
                call.Enter();
                return wasi.Handles.Add(WasiHandleKind.Pollable, readyAt((ulong)when));
            }
        );

    private static Function DateTime(LoweredCall call, Func<(ulong Seconds, uint Nanoseconds)> value) =>
        Function.FromCallback(
            call.Store,
            (int answer) =>
            {
                call.Enter();
                (ulong seconds, uint nanoseconds) = value();
                Span<byte> result = call.Answer(answer, 16, 8);
                BinaryPrimitives.WriteUInt64LittleEndian(result, seconds);
                BinaryPrimitives.WriteUInt32LittleEndian(result[8..], nanoseconds);
            }
        );
}
