using System.Text.Unicode;
using FireAndForget.Guests.Calls;
using Microsoft.Extensions.Logging;
using Wasmtime;

namespace FireAndForget.Guests.Wasi;

/// <summary>The function of <c>wasi:logging/logging</c>.</summary>
internal static class WasiLogging
{
    public static Function? Find(string name, WasiInstance wasi, LoweredCall call) =>
        name == "wasi:logging/logging#log"
            ? Function.FromCallback(
                call.Store,
                (int level, int context, int contextLength, int message, int messageLength) =>
                {
                    call.Enter();
                    LogLevel kept = GuestLog.LevelOf(level);
                    ReadOnlySpan<byte> from = call.Argument(context, contextLength);
                    ReadOnlySpan<byte> line = call.Argument(message, messageLength);
                    if (!Utf8.IsValid(from) || !Utf8.IsValid(line))
                    {
                        throw new GuestTrapException("what it gave log is not UTF-8");
                    }

                    wasi.Log.Write(kept, from, line);
                }
            )
            : null;
}
