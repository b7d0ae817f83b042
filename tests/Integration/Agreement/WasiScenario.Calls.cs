using FireAndForget.Tests.Wasi;

namespace FireAndForget.Tests.Agreement;

// The calls that a message is made of, each out of random numbers.
internal sealed partial class WasiScenario
{
    private void Get(Pick p)
    {
        switch (p.One % 4)
        {
            case 0:
                Own(Kind.Input, "get-stdin");
                break;
            case 1:
                Own(Kind.Output, "get-stdout");
                break;
            case 2:
                Own(Kind.Output, "get-stderr");
                break;
            default:
                Own(Kind.Network, "instance-network");
                break;
        }
    }

    private void Timer(Pick p)
    {
        int timer = Own(Kind.Ready, p.One % 2 == 0 ? "subscribe-duration" : "subscribe-instant", p.Two % 1001);
        Call("pollable.block", timer);
    }

    private void Subscribe(Pick p)
    {
        Held? stream = Any(p.One, Kind.Input, Kind.Output);
        if (stream is not null)
        {
            string function = stream.Kind == Kind.Input ? "input-stream.subscribe" : "output-stream.subscribe";
            Own(Kind.Ready, function, stream.Handle);
            _held[^1] = _held[^1] with { Parent = stream.Handle };
        }
    }

    private void Read(Pick p)
    {
        if (Any(p.One, Kind.Input) is { } input)
        {
            string how = new[] { ".read", ".blocking-read", ".skip", ".blocking-skip" }[p.Two % 4];
            Call($"input-stream{how}", [], input.Handle, p.Number, Room(p, p.Two % 4 < 2 ? 4 : 8));
        }
    }

    private void Write(Pick p)
    {
        if (Any(p.One, Kind.Output) is not { } output)
        {
            return;
        }

        bool isBlocking = p.Two % 2 == 0;
        bool isZeroes = p.Two % 5 == 0;
        int permit = isBlocking ? 4096 : 8192;
        int length = (p.Two % 17) switch
        {
            0 => permit,
            1 => permit + 1,
            2 => permit - 1,
            _ => p.Data.Length,
        };
        IsOver = length > permit;
        // What is not flushed before the guest traps may be lost on Wasmtime's.
        long room = isBlocking ? Room(p, 4) : Answer;
        string function = (isBlocking, isZeroes) switch
        {
            (true, true) => "output-stream.blocking-write-zeroes-and-flush",
            (true, false) => "output-stream.blocking-write-and-flush",
            (false, true) => "output-stream.write-zeroes",
            _ => "output-stream.write",
        };
        if (isZeroes)
        {
            Call(function, p.Data, output.Handle, length, room);
        }
        else
        {
            Call(function, p.Data, output.Handle, Data, length, room);
        }

        if (!IsOver)
        {
            Call("output-stream.blocking-flush", output.Handle, Answer);
        }
    }

    private void Output(Pick p)
    {
        if (Any(p.One, Kind.Output) is not { } output)
        {
            return;
        }

        if (p.Two % 2 == 0)
        {
            Call("output-stream.check-write", output.Handle, Room(p, 8));
        }
        else
        {
            Call("output-stream.flush", output.Handle, Room(p, 4));
            if (!IsOver)
            {
                Call("output-stream.blocking-flush", output.Handle, Answer);
            }
        }
    }

    private void Splice(Pick p)
    {
        if (Any(p.One, Kind.Output) is { } output && Any(p.Two, Kind.Input) is { } input)
        {
            string function = p.One % 2 == 0 ? "output-stream.splice" : "output-stream.blocking-splice";
            Call(function, output.Handle, input.Handle, p.Two % 3 == 0 ? 0 : p.Number, Room(p, 8));
        }
    }

    private void Ready(Pick p)
    {
        if (Any(p.One, Kind.Ready, Kind.Never) is { } pollable)
        {
            bool mayWait = pollable.Kind == Kind.Ready && p.Two % 2 == 0;
            Call(mayWait ? "pollable.block" : "pollable.ready", pollable.Handle);
        }
    }

    private void Poll(Pick p)
    {
        if (Any(p.One, Kind.Ready) is not { } ready)
        {
            return;
        }

        // One is ready for certain, the others come before and behind it.
        int[] others = [.. p.Data.Take(p.Two % 8).Select(b => Any(b, Kind.Ready, Kind.Never)!.Handle)];
        // Room that is out of bounds is a trap of the host's guard there, which does not say what lay outside.
        long room = Answer + (8 * (p.Room % 4));
        int[] list = [.. others.Take(p.One % 4), ready.Handle, .. others.Skip(p.One % 4)];
        Call("io/poll#poll", [.. list.SelectMany(BitConverter.GetBytes)], Data, list.Length, room);
    }

    private void Drop(Pick p)
    {
        if (Any(p.One, Enum.GetValues<Kind>()) is not { } held)
        {
            return;
        }

        Call($"drop {Resource(held.Kind)}", held.Handle);
        IsOver = _held.Any(h => h.Parent == held.Handle);
        _held.Remove(held);
        _dropped.Push(held.Handle);
    }

    /// <summary>Functions that take only room for an answer.</summary>
    private void Ask(Pick p)
    {
        string[] all =
        [
            "get-environment",
            "get-arguments",
            "initial-cwd",
            "get-terminal-stdin",
            "get-terminal-stdout",
            "get-terminal-stderr",
            "get-directories",
        ];
        Call(all[p.One % all.Length], Room(p, 4));
    }

    /// <summary>Times and random numbers, which are not the same twice.</summary>
    private void Draw(Pick p)
    {
        switch (p.One % 8)
        {
            case 0:
                Call("monotonic-clock#now");
                break;
            case 1:
                Call("monotonic-clock#resolution");
                break;
            case 2:
                Call("wall-clock#now", WasiCalls.Hidden);
                break;
            case 3:
                Call("wall-clock#resolution", WasiCalls.Hidden);
                break;
            case 4:
                Call("insecure-seed", WasiCalls.Hidden);
                break;
            case 5:
                Call(p.Two % 2 == 0 ? "get-random-u64" : "get-insecure-random-u64");
                break;
            default:
                bool isTooMuch = p.Two % 31 == 0;
                IsOver = isTooMuch;
                Add(
                    p.One % 2 == 0 ? "random#get-random-bytes" : "get-insecure-random-bytes",
                    [],
                    WasiCalls.Hidden,
                    isTooMuch ? (64 << 20) + 1 : p.Two % 5000,
                    Room(p, 4)
                );
                break;
        }
    }

    /// <summary>The network, which may not be used.</summary>
    private void Reach(Pick p)
    {
        if (p.One % 3 == 0 && Any(p.Two, Kind.Network) is { } network)
        {
            byte[] name = [.. p.Data.Select(b => (byte)('a' + (b % 26)))];
            if (p.Two % 11 == 0)
            {
                name = [.. name, 0xC3];
                IsOver = true;
            }

            Call("resolve-addresses", name, network.Handle, Data, name.Length, WasiCalls.Hidden);
        }
        else
        {
            IsOver = p.Two % 7 == 0;
            string function = p.One % 2 == 0 ? "create-tcp-socket" : "create-udp-socket";
            Call(function, IsOver ? 2 : p.Two % 2, Room(p, 4));
        }
    }

    /// <summary>What ends the instance.</summary>
    private void Misuse(Pick p)
    {
        switch (p.One % 4)
        {
            case 0:
                Call("cli/exit#exit", p.Two % 3);
                break;
            case 1:
                // Where realloc gives is out of bounds, not aligned, or it calls an import.
                long[] given = [WasiWat.MemoryBytes - 2, WasiCalls.Hidden + 1, WasiWat.CallingRealloc];
                Add("get-arguments", [], (uint)given[p.Two % 3], Answer);
                break;
            case 2:
                Call("output-stream.blocking-write-and-flush", p.Two, WasiWat.MemoryBytes - 8, 9, Answer);
                break;
            default:
                // A handle that is not there, or of another kind.
                WasiFunction[] takers =
                [
                    .. WasiFunction.All.Where(f => f.Name.StartsWith("[method]", StringComparison.Ordinal)),
                ];
                WasiFunction taker = takers[p.Two % takers.Length];
                int[] wrong =
                [
                    0,
                    -1,
                    _used + 1,
                    .. _dropped,
                    .. _held
                        .Where(h => !taker.Name.Contains(Resource(h.Kind), StringComparison.Ordinal))
                        .Select(h => h.Handle),
                ];
                long[] arguments = [.. taker.Parameters.Select(_ => Answer)];
                arguments[0] = wrong[p.Data.Length % wrong.Length];
                Call($"{taker.Interface}#{taker.Name}", arguments);
                break;
        }

        IsOver = true;
    }
}
