using System.Diagnostics;
using System.Diagnostics.Metrics;
using FireAndForget.Cluster.Processes;

namespace FireAndForget.Cluster.Sides;

// What ids cost every silo: memory, bytes on the connections, and the time of a change.
internal sealed partial class FireAndForgetSide
{
    /// <summary>How many components are deployed at once.</summary>
    private const int AtATime = 16;

    /// <summary>Orleans' instrument of the bytes of each message that it sends on a connection.</summary>
    private const string SentSize = "orleans-messaging-sent-messages-size";

    private long _sentBytes;

    private async Task<SideReport> DoWithTableAsync(string[] words)
    {
        switch (words)
        {
            case ["deploy", string first, string end]:
                await DeployManyAsync(Number(first), Number(end));
                return new();
            case ["change", string count, string ids]:
                return await ChangeAsync(Number(count), Number(ids));
            case ["know", string ids]:
                return await KnowAsync(Number(ids));
            case ["collect"]:
                return Collect();
            case ["count-bytes"]:
                CountBytes();
                return new();
            case ["bytes"]:
                return new() { SentBytes = Interlocked.Read(ref _sentBytes) };
            default:
                return await base.DoOtherAsync(words);
        }
    }

    private static string IdOf(int number) => $"department/component-{number:D5}";

    /// <summary>Deploys components with default options on this silo.</summary>
    private async Task DeployManyAsync(int first, int end)
    {
        string version = await _cluster.StoreAsync(Guest("handle-message-component"));
        await Parallel.ForAsync(
            first,
            end,
            new ParallelOptions { MaxDegreeOfParallelism = AtATime },
            async (i, _) => await _cluster.DeployAsync(IdOf(i), version, new() { Placement = new() { Silo = silo[0] } })
        );
    }

    /// <summary>Grants something to components of this silo, one after the other.</summary>
    private async Task<SideReport> ChangeAsync(int count, int ids)
    {
        double[] times = new double[count];
        for (int i = 0; i < count; i++)
        {
            string id = IdOf((int)((long)i * ids / count));
            long start = Stopwatch.GetTimestamp();
            await _cluster.GrantAsync(id, Capability.ReceivesFrom, $"sender-{Guid.NewGuid():N}");
            times[i] = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        }

        return new() { Times = new() { ["change"] = times } };
    }

    /// <summary>Waits until this silo knows all ids.</summary>
    /// <returns>When it began to start, and when it knew them.</returns>
    private async Task<SideReport> KnowAsync(int ids)
    {
        for (int i = 0; i < ids; i++)
        {
            while (_cluster.FindHost(IdOf(i)) is null)
            {
                await Task.Delay(1);
            }
        }

        return new() { Start = _started, End = Stopwatch.GetTimestamp() };
    }

    /// <summary>What is left of the managed memory when everything that is not held has been collected.</summary>
    private static SideReport Collect()
    {
        for (int i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return new() { ManagedBytes = GC.GetTotalMemory(forceFullCollection: true) };
    }

    /// <summary>Counts from now on what Orleans sends on the connections of this process.</summary>
    private void CountBytes()
    {
        MeterListener listener = new()
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == SentSize)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((_, bytes, _, _) => Interlocked.Add(ref _sentBytes, bytes));
        listener.Start();
    }
}
