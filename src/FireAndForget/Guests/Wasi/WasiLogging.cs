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
                    const string What = "what it gave log";
                    ReadOnlySpan<byte> from = call.Text(context, contextLength, What);
                    ReadOnlySpan<byte> line = call.Text(message, messageLength, What);
                    wasi.Log.Write(kept, from, line);
                }
            )
            : null;
}
