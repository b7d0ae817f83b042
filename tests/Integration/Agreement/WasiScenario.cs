using FireAndForget.Tests.Wasi;

namespace FireAndForget.Tests.Agreement;

/// <summary>
/// Messages for the guest of <see cref="WasiWat.Script"/>, put together call by call out of random numbers. It keeps count of the
/// handles that the guest has, so that most calls get one of their kind, and leaves out what Wasmtime's own WASI does at no certain
/// time: what is written is flushed at once, and a timer is waited for before anything else asks whether it is ready.
/// </summary>
internal sealed partial class WasiScenario
{
    private const long Answer = WasiWat.Answer;
    private const long Data = WasiWat.Data;

    private readonly List<ScenarioStep> _steps = [];
    private readonly List<Held> _held = [];
    private readonly Stack<int> _dropped = [];
    private readonly List<byte> _message = [];
    private readonly List<string> _calls = [];
    private int _used;

    /// <summary>What a call may be, and how often.</summary>
    public static IReadOnlyList<(int Weight, Action<WasiScenario, Pick> Add)> Calls { get; } =
    [
        (6, (s, p) => s.Get(p)),
        (3, (s, p) => s.Timer(p)),
        (2, (s, p) => s.Own(Kind.Never, "subscribe-instant", -1)),
        (4, (s, p) => s.Subscribe(p)),
        (5, (s, p) => s.Read(p)),
        (8, (s, p) => s.Write(p)),
        (3, (s, p) => s.Output(p)),
        (2, (s, p) => s.Splice(p)),
        (3, (s, p) => s.Ready(p)),
        (6, (s, p) => s.Poll(p)),
        (5, (s, p) => s.Drop(p)),
        (5, (s, p) => s.Ask(p)),
        (3, (s, p) => s.Draw(p)),
        (2, (s, p) => s.Reach(p)),
        (1, (s, p) => s.Misuse(p)),
    ];

    private enum Kind
    {
        Input,
        Output,
        Network,
        Ready,
        Never,
    }

    /// <summary>Whether this message's last call traps, so that none can follow.</summary>
    private bool IsOver { get; set; }

    /// <summary>A scenario with a number of messages.</summary>
    public static Scenario Of(ComponentOptions options, IEnumerable<IEnumerable<(int Call, Pick Pick)>> messages)
    {
        WasiScenario script = new();
        foreach (IEnumerable<(int Call, Pick Pick)> message in messages)
        {
            foreach ((int call, Pick pick) in message)
            {
                if (!script.IsOver)
                {
                    Calls[call].Add(script, pick);
                }
            }

            script.End();
        }

        return new([new("guest", WasiCalls.Script, options)], script._steps);
    }

    private void End()
    {
        _steps.Add(ScenarioStep.Send([.. _message]) with { Name = $"script of {string.Join(", ", _calls)}" });
        _steps.Add(ScenarioStep.Pump);
        _message.Clear();
        _calls.Clear();
        if (IsOver)
        {
            // A fresh instance has no handles.
            _held.Clear();
            _dropped.Clear();
            _used = 0;
            IsOver = false;
        }
    }

    /// <summary>Where an answer goes: to one of some places, seldom to none.</summary>
    private long Room(Pick p, int alignment)
    {
        switch (p.Room % 60)
        {
            case 0:
                IsOver = true;
                return WasiWat.MemoryBytes - alignment;
            case 1:
                IsOver = true;
                return Answer + 1;
            case 2:
                IsOver |= alignment == 8;
                return Answer + 4;
            default:
                return Answer + (8 * (p.Room % 4));
        }
    }

    private Held? Any(int pick, params Kind[] kinds)
    {
        Held[] fitting = [.. _held.Where(h => kinds.Contains(h.Kind))];
        return fitting.Length == 0 ? null : fitting[pick % fitting.Length];
    }

    /// <summary>A call that gives a handle.</summary>
    private int Own(Kind kind, string function, params long[] arguments)
    {
        Call(function, arguments);
        int handle = _dropped.TryPop(out int again) ? again : ++_used;
        _held.Add(new(kind, handle, 0));
        return handle;
    }

    private void Call(string function, params long[] arguments) => Call(function, [], arguments);

    private void Call(string function, byte[] data, params long[] arguments) => Add(function, data, 0, arguments);

    private void Add(string function, byte[] data, uint realloc, params long[] arguments)
    {
        byte[] call = WasiCalls.Message(function, data, realloc, arguments);
        _message.AddRange(BitConverter.GetBytes(call.Length));
        _message.AddRange(call);
        _calls.Add($"{function}({string.Join(" ", arguments)})");
    }

    private static string Resource(Kind kind) =>
        kind switch
        {
            Kind.Input => "input-stream",
            Kind.Output => "output-stream",
            Kind.Network => "network",
            _ => "pollable",
        };

    /// <summary>What a call is made of.</summary>
    /// <param name="One">Chooses a handle, a function.</param>
    /// <param name="Two">Chooses something else.</param>
    /// <param name="Room">Chooses where the answer goes.</param>
    /// <param name="Number">A 64-bit argument.</param>
    /// <param name="Data">What lies at <see cref="WasiWat.Data"/>.</param>
    internal sealed record Pick(int One, int Two, int Room, long Number, byte[] Data);

    private sealed record Held(Kind Kind, int Handle, int Parent);
}
