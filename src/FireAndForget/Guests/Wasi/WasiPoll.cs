using System.Buffers.Binary;
using System.Diagnostics;
using FireAndForget.Guests.Calls;
using FireAndForget.Time;
using Wasmtime;

namespace FireAndForget.Guests.Wasi;

/// <summary>
/// The functions of <c>wasi:io/poll</c>. A pollable is ready from an instant on, which for streams is 0: always. Waiting is looking
/// at the clock again after a while, at each epoch tick at least, so that the budget and the host's end hold meanwhile, and a clock
/// that the host moves is seen.
/// </summary>
internal static class WasiPoll
{
    /// <summary>The most pollables in one list; more than any guest can hold at a time.</summary>
    public const int MostPollables = 65536;

    public static Function? Find(string name, WasiInstance wasi, LoweredCall call) =>
        name switch
        {
            "wasi:io/poll#[method]pollable.ready" => Function.FromCallback(
                call.Store,
                (int handle) =>
                {
                    call.Enter();
                    return wasi.Handles.ValueOf(handle, WasiHandleKind.Pollable) <= wasi.Clock.Now ? 1 : 0;
                }
            ),
            "wasi:io/poll#[method]pollable.block" => Function.FromCallback(
                call.Store,
                (int handle) =>
                {
                    call.Enter();
                    WaitUntil(wasi, wasi.Handles.ValueOf(handle, WasiHandleKind.Pollable));
                }
            ),
            "wasi:io/poll#poll" => Function.FromCallback(
                call.Store,
                (int pointer, int count, int answer) =>
                {
                    call.Enter();
                    Poll(wasi, call, call.Argument32(pointer, count, MostPollables), answer);
                }
            ),
            _ => null,
        };

    private static void Poll(WasiInstance wasi, LoweredCall call, ReadOnlySpan<byte> handles, int answer)
    {
        int count = handles.Length / sizeof(int);
        if (count == 0)
        {
            throw new GuestTrapException("it called poll without a pollable");
        }

        ulong first = ulong.MaxValue;
        for (int i = 0; i < count; i++)
        {
            first = Math.Min(first, ReadyAt(wasi, handles, i));
        }

        ulong now = WaitUntil(wasi, first);
        // Before the guest gives room, which may be where the list lies.
        Span<byte> ready = wasi.Scratch(handles.Length);
        int found = 0;
        for (int i = 0; i < count; i++)
        {
            if (ReadyAt(wasi, handles, i) <= now)
            {
                BinaryPrimitives.WriteInt32LittleEndian(ready[(found++ * sizeof(int))..], i);
            }
        }

        ready = ready[..(found * sizeof(int))];
        call.CheckListAnswer(answer);
        ready.CopyTo(call.Allocate(ready.Length, sizeof(int), out int list));
        call.AnswerList(answer, list, found);
    }

    private static ulong ReadyAt(WasiInstance wasi, ReadOnlySpan<byte> handles, int index) =>
        wasi.Handles.ValueOf(
            BinaryPrimitives.ReadInt32LittleEndian(handles[(index * sizeof(int))..]),
            WasiHandleKind.Pollable
        );

    /// <summary>Waits until the instance's clock has come to an instant, within the budget of what runs.</summary>
    /// <returns>The clock's time then.</returns>
    public static ulong WaitUntil(WasiInstance wasi, ulong instant)
    {
        long since = Stopwatch.GetTimestamp();
        ulong now = wasi.Clock.Now;
        while (now < instant)
        {
            ulong milliseconds = (instant - now - 1) / 1_000_000 + 1;
            Thread.Sleep((int)Math.Min(milliseconds, (ulong)EpochTicker.Tick.TotalMilliseconds));
            wasi.Spend(ref since);
            now = wasi.Clock.Now;
        }

        return now;
    }
}
