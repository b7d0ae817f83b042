// What every process that is measured does: sends, asks and receives in the way of one library, as lines on standard input say.

using System.Diagnostics;
using System.Globalization;
using FireAndForget.Cluster.Processes;
using FireAndForget.Measuring;

namespace FireAndForget.Cluster.Sides;

/// <summary>One of the two processes of a library. Both are alike; one of them is told to connect to the other and sends.</summary>
internal abstract class Side : IAsyncDisposable
{
    /// <summary>
    /// Ways to send, by the words that commands have for them: sends so many messages with the same bytes, flat out, each of them a copy where the
    /// library keeps what it is given.
    /// </summary>
    protected Dictionary<string, Func<byte[], int, ValueTask>> Ways { get; } = [];

    /// <summary>Ways to send a message and get one back.</summary>
    protected Dictionary<string, Func<byte[], Task>> Asks { get; } = [];

    /// <summary>What the other side connects to; empty where a name is enough.</summary>
    protected virtual string Address => "";

    /// <summary>Does what standard input says until it ends.</summary>
    /// <param name="words">Which library, the name of the process, and what the library needs.</param>
    public static async Task RunAsync(string[] words)
    {
        await using Side side = words switch
        {
            ["fire-and-forget", .. var silo] => new FireAndForgetSide(silo),
            ["orleans", .. var silo] => new OrleansSide(silo),
            ["nats", string name, string url] => new NatsSide(name, url),
            ["akka", string name] => new AkkaSide(name),
            ["proto", _] => new ProtoSide(),
            _ => throw new ArgumentException($"'{string.Join(' ', words)}' is no side of a measurement."),
        };
        try
        {
            await side.StartAsync();
        }
        catch (Exception e)
        {
            // Told before the side ends, which may fail as well where it has only half started.
            Console.WriteLine(ReportOf(e).ToLine());
            throw;
        }

        Console.WriteLine(new SideReport { Text = side.Address }.ToLine());
        while (await Console.In.ReadLineAsync() is { } line)
        {
            SideReport answer;
            try
            {
                answer = await side.DoAsync(line.Split(' '));
            }
            catch (Exception e)
            {
                answer = ReportOf(e);
            }

            Console.WriteLine(answer.ToLine());
        }
    }

    public abstract ValueTask DisposeAsync();

    /// <summary>Gets ready to receive.</summary>
    protected abstract Task StartAsync();

    /// <summary>Gets ready to send to the other side.</summary>
    protected abstract Task ConnectAsync(string name, string address);

    /// <summary>Ends when what was sent is known to be handled, where that is told to a sender at all.</summary>
    protected virtual Task CompleteAsync() => Task.CompletedTask;

    /// <summary>Does what only some sides know to do.</summary>
    protected virtual Task<SideReport> DoOtherAsync(string[] words) =>
        throw new ArgumentException($"'{string.Join(' ', words)}' is no command of {GetType().Name}.");

    protected static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);

    private async Task<SideReport> DoAsync(string[] words)
    {
        switch (words)
        {
            case ["connect", string name, string address]:
                await ConnectAsync(name, address);
                return new();
            case ["look"]:
                return Look();
            case ["arrive", string count]:
                return await ArriveAsync(Number(count));
            case ["send", string way, string bytes, string count]:
                return await OnThreadAsync(() => SendAsync(way, Payload.Of(Number(bytes)), Number(count)));
            case ["pace", string way, string bytes, string rate, string count]:
                return await OnThreadAsync(() =>
                    PaceAsync(way, Payload.Of(Number(bytes)), Number(rate), Number(count))
                );
            case ["ask", string bytes, string count]:
                return await AskAsync(Payload.Of(Number(bytes)), Number(count));
            default:
                return await DoOtherAsync(words);
        }
    }

    private static SideReport ReportOf(Exception e) =>
        new() { Error = $"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}" };

    private static SideReport Look() =>
        new()
        {
            Messages = Arrivals.Count,
            ProcessorNanoseconds = Environment.CpuUsage.TotalTime.TotalNanoseconds,
            AllocatedBytes = GC.GetTotalAllocatedBytes(precise: true),
            ManagedBytes = GC.GetTotalMemory(forceFullCollection: false),
            ResidentBytes = Environment.WorkingSet,
        };

    private static async Task<SideReport> ArriveAsync(long count)
    {
        long end = await Arrivals.ReachAsync(count);
        return new() { End = end, Messages = Arrivals.Count };
    }

    /// <summary>On a thread of its own, as a program's sender is one, and none that a library needs for its own work.</summary>
    private static Task<SideReport> OnThreadAsync(Func<Task<SideReport>> task) =>
        Task
            .Factory.StartNew(task, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .Unwrap();

    private async Task<SideReport> SendAsync(string way, byte[] message, int count)
    {
        long start = Stopwatch.GetTimestamp();
        await Ways[way](message, count);
        await CompleteAsync();
        return new()
        {
            Start = start,
            End = Stopwatch.GetTimestamp(),
            Messages = count,
        };
    }

    /// <summary>Sends at a rate: wakes each millisecond and sends what is due.</summary>
    private async Task<SideReport> PaceAsync(string way, byte[] message, int rate, int count)
    {
        long start = Stopwatch.GetTimestamp();
        for (int sent = 0; sent < count; )
        {
            int due = (int)Math.Min(count, Stopwatch.GetElapsedTime(start).TotalSeconds * rate) - sent;
            if (due > 0)
            {
                ValueTask sending = Ways[way](message, due);
                if (!sending.IsCompletedSuccessfully)
                {
                    // The loop stays on its thread.
                    sending.AsTask().GetAwaiter().GetResult();
                }

                sent += due;
            }
            else
            {
                Thread.Sleep(1);
            }
        }

        long end = Stopwatch.GetTimestamp();
        await CompleteAsync();
        return new()
        {
            Start = start,
            End = end,
            Messages = count,
        };
    }

    private async Task<SideReport> AskAsync(byte[] message, int count)
    {
        var times = Asks.Keys.ToDictionary(ask => ask, _ => new double[count]);
        for (int i = 0; i < count; i++)
        {
            foreach ((string name, Func<byte[], Task> ask) in Asks)
            {
                long start = Stopwatch.GetTimestamp();
                await ask(message);
                times[name][i] = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
            }
        }

        return new() { Times = times };
    }
}
