using System.Buffers.Binary;
using CsCheck;
using Xunit;
using static FireAndForget.Tests.ChannelGuest;

namespace FireAndForget.Tests;

/// <summary>Whatever a guest does with streams, futures, sets and timers: each answer, each copied byte and each trap against a model.</summary>
public sealed class ChannelModelTests
{
    private const int MostMessages = 120;
    private const int Long = 3_600_000;

    /// <summary>Where events and the ends of standard input are written, behind all buffers.</summary>
    private const int Room = 2048;

    private const int MostOfBuffer = 12;

    private static readonly string[] NamesOfTypes = [.. ChannelModel.NamesOfTypes];

    [Fact]
    public void AnyHistory_AgreesWithTheCanonicalAbi()
    {
        // What is done, with which handle, and two numbers that say more; see Choose.
        Gen<(int What, int Handle, int X, int Y)[]> history = Gen.Select(
            Gen.Int[0, 99],
            Gen.Int[0, 999],
            Gen.Int[0, 999],
            Gen.Int[0, 999]
        ).Array[0, MostMessages];
        history.Sample(Check, iter: 60, threads: 1);
    }

    private static void Check((int What, int Handle, int X, int Y)[] choices)
    {
        using MessagingHost host = new(new() { Workers = 0 });
        Inbox inbox = new();
        MessagingEndpoint client = host.AddEndpoint(
            "client",
            inbox.Handle,
            new() { Mailbox = MailboxOptions.Unbounded }
        );
        host.AddComponent(
            "guest",
            ComponentSource.FromText(ChannelGuest.Component, "guest.wat"),
            new()
            {
                SendsTo = ["client"],
                Limits = new() { MessageTimeout = TimeSpan.Zero },
                Restart = new() { Max = MostMessages },
            }
        );
        ChannelModel model = new();
        List<Call> calls = [];
        List<int[]> expected = [];
        List<string> texts = [];
        int traps = 0;
        foreach ((int what, int handle, int x, int y) in choices)
        {
            Call call = Choose(model, what, handle, x, y);
            // Most of what traps is left out, because a fresh instance has nothing yet that can be done wrong.
            if (what < 95 && y % 8 != 0 && Traps(calls, call))
            {
                continue;
            }

            Assert.Equal(SendStatus.Accepted, client.Send("guest", MessageFor(call)));
            calls.Add(call);
            texts.Add(call.ToString());
            try
            {
                expected.Add([.. call.Do(model), .. model.Memory.Select(value => (int)value)]);
            }
            catch (ChannelModel.TrapException)
            {
                traps++;
                texts[^1] += " (traps)";
                model = new();
                calls.Clear();
            }
        }

        while (host.Pump() != 0) { }

        string history = string.Join('\n', texts);
        Assert.True(host.Statistics.Trapped == traps, $"{host.Statistics.Trapped} traps, expected {traps}:\n{history}");
        Received[] received = [.. inbox.Received];
        Assert.Equal(expected.Count, received.Length);
        for (int i = 0; i < received.Length; i++)
        {
            int kept = expected[i].Length - DataBytes;
            Assert.True(expected[i].SequenceEqual(Reported(received[i].Bytes, kept)), $"answer {i} of:\n{history}");
        }
    }

    /// <summary>What a message does, mostly something that its handle is there for.</summary>
    private static Call Choose(ChannelModel model, int what, int choice, int x, int y)
    {
        int[] handles = [.. model.Handles];
        int fill = Data + (x % (DataBytes - 4));
        if (handles.Length == 0 || what < 12)
        {
            return new($"{NamesOfTypes[y % NamesOfTypes.Length]}.new", 0, 0, 0, fill);
        }

        int handle = handles[choice % handles.Length];
        string function = what switch
        {
            < 18 => "waitable-set.new",
            < 20 => "wait-for",
            < 22 => "stdin",
            < 26 => y % 2 == 0 ? "stdout" : "stderr",
            99 => FunctionOfWide(x),
            _ => FunctionFor(model, handle, x, y),
        };
        string type = function.Split('.')[0];
        int size = type is "wide" or "texts" ? 8 : 1;
        int length = x % (MostOfBuffer + 1) / size;
        int place = Data + (y % (DataBytes - MostOfBuffer) / size * size);
        int set = handles.FirstOrDefault(other => model.Describe(other) == "set" && other % 3 != y % 3);
        (int a, int b, int c) = function switch
        {
            "wait-for" => (Long, 0, 0),
            "stdin" => (Room, 0, 0),
            "waitable-set.poll" or "waitable-set.wait" => (handle, Room, 0),
            "waitable.join" => (handle, x % 4 == 0 ? 0 : set, 0),
            _ => (handle, place, length),
        };
        return what switch
        {
            96 => new(function, a + 1, b, c, fill),
            97 => new(function, a, x % 2 == 0 ? MemoryBytes : b + 1, c, fill),
            98 => new(function, a, b, x % 2 == 0 ? -1 : 1 << 28, fill),
            _ => new(function, a, b, c, fill),
        };
    }

    private static string FunctionFor(ChannelModel model, int handle, int x, int y)
    {
        string kind = model.Describe(handle);
        switch (kind)
        {
            case "set" when y % 4 == 0:
                return "waitable-set.drop";
            case "set":
                return y % 4 == 1 && model.HasEvent(handle) ? "waitable-set.wait" : "waitable-set.poll";
            case "timer":
                return (y % 4) switch
                {
                    0 => "subtask.cancel",
                    1 => "subtask.drop",
                    _ => "waitable.join",
                };
        }

        string[] parts = kind.Split('.');
        return (x % 12) switch
        {
            < 6 => kind,
            < 8 => $"{parts[0]}.cancel-{parts[1]}{(kind == "bytes.read" && y % 2 == 0 ? "-async" : "")}",
            < 10 => $"{parts[0]}.drop-{(parts[1] == "read" ? "readable" : "writable")}",
            _ => "waitable.join",
        };
    }

    /// <summary>A function that is right for a stream of numbers of 64 bits alone.</summary>
    private static string FunctionOfWide(int x) =>
        (x % 4) switch
        {
            0 => "wide.read",
            1 => "wide.write",
            2 => "wide.cancel-read",
            _ => "wide.drop-writable",
        };

    private static bool Traps(List<Call> calls, Call next)
    {
        ChannelModel model = new();
        foreach (Call call in calls)
        {
            call.Do(model);
        }

        try
        {
            next.Do(model);
            return false;
        }
        catch (ChannelModel.TrapException)
        {
            return true;
        }
    }

    private static byte[] MessageFor(Call call)
    {
        Steps steps = new Steps().Fill(call.Fill, call.Value, Call.FillBytes);
        bool makesTwo = call.Function.EndsWith(".new", StringComparison.Ordinal) && call.Function != "waitable-set.new";
        steps.Do(call.Function, call.A, call.B, call.C, keep: makesTwo ? Steps.Both : 0);
        if (call.Function is "waitable-set.poll" or "waitable-set.wait")
        {
            steps.Load(Room, 1).Load(Room + 4, 2);
        }
        else if (call.Function == "stdin")
        {
            steps.Load(Room, 0).Load(Room + 4, 1);
        }

        return steps.Return().Report().Message;
    }

    /// <summary>The first registers and the memory of a report.</summary>
    private static IEnumerable<int> Reported(byte[] report, int registers) =>
        Enumerable
            .Range(0, registers)
            .Select(i => BinaryPrimitives.ReadInt32LittleEndian(report.AsSpan(i * sizeof(int))))
            .Concat(report.Skip(16 * sizeof(int)).Select(value => (int)value));

    /// <summary>What a message does: it fills a few bytes of the memory, and calls a function.</summary>
    private sealed record Call(string Function, int A, int B, int C, int Fill)
    {
        public const int FillBytes = 4;

        public char Value => (char)('a' + (Fill % 26));

        public int[] Do(ChannelModel model)
        {
            model.Memory.AsSpan(Fill - Data, FillBytes).Fill((byte)Value);
            return model.Do(Function, A, B, C);
        }
    }
}
