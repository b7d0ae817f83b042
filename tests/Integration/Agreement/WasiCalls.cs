using System.Buffers.Binary;
using FireAndForget.Tests.Wasi;

namespace FireAndForget.Tests.Agreement;

/// <summary>Calls of WASI's functions, as messages to the guests of <see cref="WasiWat"/>.</summary>
internal static class WasiCalls
{
    /// <summary>Room for an answer that differs each time: in nothing that the guests show.</summary>
    public const uint Hidden = 0x60000;

    /// <summary>One call for each message.</summary>
    public static string Component { get; } = WasiWat.ForWasmtime(WasiWat.Component);

    /// <summary>Many calls for each message.</summary>
    public static string Script { get; } = WasiWat.ForWasmtime(WasiWat.Script);

    /// <summary>The message for one call.</summary>
    /// <param name="function">The end of the function's interface and name.</param>
    /// <param name="data">What lies at <see cref="WasiWat.Data"/>.</param>
    /// <param name="realloc">What realloc answers; 0: as it should.</param>
    /// <param name="arguments">The core arguments.</param>
    public static byte[] Message(string function, byte[] data, uint realloc, params long[] arguments)
    {
        byte[] message = new byte[WasiWat.HeaderBytes + data.Length];
        BinaryPrimitives.WriteInt32LittleEndian(message, WasiFunction.IndexOf(function));
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(4), realloc);
        for (int i = 0; i < arguments.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(message.AsSpan(8 + (i * 8)), arguments[i]);
        }

        data.CopyTo(message.AsSpan(WasiWat.HeaderBytes));
        return message;
    }

    public static ScenarioStep Call(string function, params long[] arguments) => Call(function, [], 0, arguments);

    public static ScenarioStep Call(string function, byte[] data, uint realloc, params long[] arguments) =>
        ScenarioStep.Send(Message(function, data, realloc, arguments)) with
        {
            Name = $"{function}({string.Join(", ", arguments)})",
        };
}
