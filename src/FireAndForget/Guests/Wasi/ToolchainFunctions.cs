using System.Globalization;
using System.Text;
using FireAndForget.Guests.Calls;
using FireAndForget.Guests.Decoding;
using FireAndForget.Wording;
using Wasmtime;

namespace FireAndForget.Guests.Wasi;

/// <summary>
/// The functions of <c>env</c> that compilers import by themselves, for one instance of a core module: AssemblyScript's, over the same
/// output, clocks and random bytes as WASI's, and Emscripten's.
/// </summary>
internal sealed class ToolchainFunctions(WasiInstance wasi, IImportingInstance instance, CoreExport memory)
{
    /// <summary>The most characters of a text that a trap tells.</summary>
    private const int MostOfReason = 1024;

    /// <summary>The most timers that <c>console.time</c> starts; a further one is not there.</summary>
    private const int MostTimers = 100;

    private GuestMemory? _memory;
    private Dictionary<string, ulong>? _timers;

    /// <summary>The function of that name.</summary>
    public Function Supply(string name) =>
        name switch
        {
            "abort" => Function.FromCallback(
                instance.Store,
                (Caller caller, int text, int file, int line, int column) => Abort(caller, text, file, line, column)
            ),
            "seed" => Function.FromCallback(instance.Store, () => (double)((wasi.Grants.Random.Next() >> 11) + 1)),
            "trace" => Function.FromCallback(
                instance.Store,
                (Caller caller, int text, int count, double a, double b, double c, double d, double e) =>
                    Trace(Text(caller, text), count, [a, b, c, d, e])
            ),
            "Date.now" => Function.FromCallback(instance.Store, () => MillisecondsNow),
            "console.assert" => Function.FromCallback(
                instance.Store,
                (Caller caller, int isSo, int text) =>
                {
                    if (isSo == 0)
                    {
                        Write(wasi.Error, $"Assertion failed: {Text(caller, text)}");
                    }
                }
            ),
            "console.log" or "console.info" or "console.debug" => Console(wasi.Output),
            "console.warn" or "console.error" => Console(wasi.Error),
            "console.time" => Function.FromCallback(
                instance.Store,
                (Caller caller, int label) => StartTimer(Text(caller, label))
            ),
            "console.timeLog" => Function.FromCallback(
                instance.Store,
                (Caller caller, int label) => ShowTimer(Text(caller, label))
            ),
            "console.timeEnd" => Function.FromCallback(
                instance.Store,
                (Caller caller, int label) =>
                {
                    string text = Text(caller, label);
                    ShowTimer(text);
                    _timers?.Remove(text);
                }
            ),
            // Memories are looked at anew with each access that seems to lie outside.
            "emscripten_notify_memory_growth" => Function.FromCallback(instance.Store, (int _) => { }),
            _ => throw new ComponentLoadException(
                $"it needs {CoreImports.Environment}.{name}, which this host does not offer."
            ),
        };

    private double MillisecondsNow
    {
        get
        {
            (ulong seconds, uint nanoseconds) = wasi.Clock.WallNow;
            return (seconds * 1000.0) + (nanoseconds / 1_000_000);
        }
    }

    private Function Console(WasiOutput output) =>
        Function.FromCallback(instance.Store, (Caller caller, int text) => Write(output, Text(caller, text)));

    private static void Write(WasiOutput output, string text) => output.Write(Encoding.UTF8.GetBytes(text + "\n"));

    private void Abort(Caller caller, int text, int file, int line, int column)
    {
        string message = Text(caller, text, MostOfReason);
        string place = string.Create(
            CultureInfo.InvariantCulture,
            $"{Text(caller, file, MostOfReason)}:{(uint)line}:{(uint)column}"
        );
        throw new GuestTrapException(
            $"it called abort: {PlainText.Escape(message.Length == 0 ? "without a text" : message)} at {PlainText.Escape(place)}"
        );
    }

    private void Trace(string text, int count, ReadOnlySpan<double> values)
    {
        StringBuilder line = new($"trace: {text}");
        for (int i = 0; i < Math.Min((uint)count, (uint)values.Length); i++)
        {
            line.Append(i == 0 ? " " : ", ").Append(values[i].ToString(CultureInfo.InvariantCulture));
        }

        Write(wasi.Output, line.ToString());
    }

    private void StartTimer(string label)
    {
        _timers ??= new(StringComparer.Ordinal);
        if (_timers.Count < MostTimers && label.Length <= MostOfReason)
        {
            _timers.TryAdd(label, wasi.Clock.Now);
        }
    }

    private void ShowTimer(string label)
    {
        if (_timers is not null && _timers.TryGetValue(label, out ulong since))
        {
            double milliseconds = (wasi.Clock.Now - since) / 1_000_000.0;
            Write(wasi.Output, string.Create(CultureInfo.InvariantCulture, $"{label}: {milliseconds:0.###}ms"));
        }
    }

    /// <summary>
    /// An AssemblyScript string: UTF-16, with its length in bytes in the 4 bytes before it; the empty one where it is null. It is cut
    /// off at <paramref name="most"/> characters, and by default at as many as output keeps of one message.
    /// </summary>
    private string Text(Caller caller, int pointer, int most = WasiOutput.MostOfMessage)
    {
        if (pointer == 0)
        {
            return "";
        }

        _memory ??= instance.MemoryOf(memory, caller);
        const string What = "the length of a text";
        uint length = BitConverter.ToUInt32(_memory.Slice(pointer - sizeof(uint), sizeof(uint), What));
        ReadOnlySpan<byte> text = _memory.Slice(pointer, (int)length, "a text");
        text = text[..Math.Min(text.Length & ~1, most * sizeof(char))];
        return Encoding.Unicode.GetString(text);
    }
}
