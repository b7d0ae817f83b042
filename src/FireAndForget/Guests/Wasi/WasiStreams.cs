using System.Buffers.Binary;
using FireAndForget.Guests.Calls;
using Wasmtime;

namespace FireAndForget.Guests.Wasi;

/// <summary>
/// The functions of <c>wasi:io/streams</c>: standard input, which is at its end, and standard output and error. None of them ever
/// waits, so the blocking ones do the same as the others.
/// </summary>
internal static class WasiStreams
{
    /// <summary>The value of a handle to standard error; that of standard output is 0.</summary>
    public const ulong StandardError = 1;

    /// <summary>How many bytes may be written at once: as many as Wasmtime's own WASI lets a guest write.</summary>
    public const uint Permit = 8192;

    /// <summary>As WASI says, for writes that wait until all is written.</summary>
    public const uint BlockingPermit = 4096;

    /// <summary>The size in bytes of a result that holds nothing or a list, and of one that holds a 64-bit number.</summary>
    private const int ResultBytes = 12;
    private const int WideResultBytes = 16;

    private static readonly byte[] Zeroes = new byte[Permit];

    public static Function? Find(string name, WasiInstance wasi, LoweredCall call) =>
        name switch
        {
            "wasi:io/streams#[method]input-stream.read" => Read(wasi, call, ResultBytes, 4),
            "wasi:io/streams#[method]input-stream.blocking-read" => Read(wasi, call, ResultBytes, 4),
            "wasi:io/streams#[method]input-stream.skip" => Read(wasi, call, WideResultBytes, 8),
            "wasi:io/streams#[method]input-stream.blocking-skip" => Read(wasi, call, WideResultBytes, 8),
            "wasi:io/streams#[method]input-stream.subscribe" => Subscribe(wasi, call, WasiHandleKind.InputStream),
            "wasi:io/streams#[method]output-stream.check-write" => CheckWrite(wasi, call),
            "wasi:io/streams#[method]output-stream.write" => Write(wasi, call, Permit),
            "wasi:io/streams#[method]output-stream.blocking-write-and-flush" => Write(wasi, call, BlockingPermit),
            "wasi:io/streams#[method]output-stream.flush" => Flush(wasi, call),
            "wasi:io/streams#[method]output-stream.blocking-flush" => Flush(wasi, call),
            "wasi:io/streams#[method]output-stream.subscribe" => Subscribe(wasi, call, WasiHandleKind.OutputStream),
            "wasi:io/streams#[method]output-stream.write-zeroes" => WriteZeroes(wasi, call, Permit),
            "wasi:io/streams#[method]output-stream.blocking-write-zeroes-and-flush" => WriteZeroes(
                wasi,
                call,
                BlockingPermit
            ),
            "wasi:io/streams#[method]output-stream.splice" => Splice(wasi, call),
            "wasi:io/streams#[method]output-stream.blocking-splice" => Splice(wasi, call),
            _ => null,
        };

    // Reading and skipping answer alike: an error whose case is the second one, closed.
    private static Function Read(WasiInstance wasi, LoweredCall call, int size, int alignment) =>
        Function.FromCallback(
            call.Store,
            (int handle, long _, int answer) =>
            {
                call.Enter();
                wasi.Handles.ValueOf(handle, WasiHandleKind.InputStream);
                AnswerClosed(call, answer, size, alignment);
            }
        );

    private static void AnswerClosed(LoweredCall call, int answer, int size, int alignment)
    {
        Span<byte> result = call.Answer(answer, size, alignment);
        result[0] = 1;
        result[alignment] = 1;
    }

    private static void AnswerNumber(LoweredCall call, int answer, ulong number)
    {
        Span<byte> result = call.Answer(answer, WideResultBytes, 8);
        result[0] = 0;
        BinaryPrimitives.WriteUInt64LittleEndian(result[8..], number);
    }

    private static Function Subscribe(WasiInstance wasi, LoweredCall call, WasiHandleKind kind) =>
        Function.FromCallback(
            call.Store,
            (int handle) =>
            {
                call.Enter();
                wasi.Handles.ValueOf(handle, kind);
                return wasi.Handles.Add(WasiHandleKind.Pollable, parent: handle);
            }
        );

    private static Function CheckWrite(WasiInstance wasi, LoweredCall call) =>
        Function.FromCallback(
            call.Store,
            (int handle, int answer) =>
            {
                call.Enter();
                wasi.Handles.ValueOf(handle, WasiHandleKind.OutputStream);
                AnswerNumber(call, answer, Permit);
            }
        );

    private static Function Write(WasiInstance wasi, LoweredCall call, uint permit) =>
        Function.FromCallback(
            call.Store,
            (int handle, int pointer, int length, int answer) =>
            {
                call.Enter();
                WasiOutput output = OutputOf(wasi, handle);
                ReadOnlySpan<byte> bytes = call.Argument(pointer, length);
                CheckPermit(call, (uint)length, permit);
                output.Write(bytes);
                call.Answer(answer, ResultBytes, 4)[0] = 0;
            }
        );

    private static Function WriteZeroes(WasiInstance wasi, LoweredCall call, uint permit) =>
        Function.FromCallback(
            call.Store,
            (int handle, long length, int answer) =>
            {
                call.Enter();
                WasiOutput output = OutputOf(wasi, handle);
                CheckPermit(call, (ulong)length, permit);
                output.Write(Zeroes.AsSpan(0, (int)length));
                call.Answer(answer, ResultBytes, 4)[0] = 0;
            }
        );

    private static Function Flush(WasiInstance wasi, LoweredCall call) =>
        Function.FromCallback(
            call.Store,
            (int handle, int answer) =>
            {
                call.Enter();
                wasi.Handles.ValueOf(handle, WasiHandleKind.OutputStream);
                call.Answer(answer, ResultBytes, 4)[0] = 0;
            }
        );

    private static Function Splice(WasiInstance wasi, LoweredCall call) =>
        Function.FromCallback(
            call.Store,
            (int handle, int source, long length, int answer) =>
            {
                call.Enter();
                wasi.Handles.ValueOf(handle, WasiHandleKind.OutputStream);
                wasi.Handles.ValueOf(source, WasiHandleKind.InputStream);
                if (length == 0)
                {
                    AnswerNumber(call, answer, 0);
                }
                else
                {
                    AnswerClosed(call, answer, WideResultBytes, 8);
                }
            }
        );

    private static WasiOutput OutputOf(WasiInstance wasi, int handle) =>
        wasi.Handles.ValueOf(handle, WasiHandleKind.OutputStream) == StandardError ? wasi.Error : wasi.Output;

    private static void CheckPermit(LoweredCall call, ulong length, uint permit)
    {
        if (length > permit)
        {
            throw new GuestTrapException(
                $"it gave {call.Function} {length} bytes, and may write {permit} at once, as check-write says"
            );
        }
    }
}
