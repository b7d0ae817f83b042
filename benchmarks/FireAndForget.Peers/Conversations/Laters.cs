// A million later messages: FireAndForget's beside the timers of .NET and the scheduler of an actor library.

using FireAndForget.Measuring;
using FireAndForget.Reporting;

namespace FireAndForget.Peers.Conversations;

internal static class Laters
{
    /// <summary>Measures them. To be the first in a process, because the memory of one is the process's growth.</summary>
    /// <exception cref="MeasurementException">A message was lost or refused.</exception>
    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(RunArguments arguments)
    {
        if (
            !new[] { Names.LaterGiven, Names.LaterTakenBack, Names.LaterSent, Names.LaterMemory }.Any(
                arguments.Includes
            )
        )
        {
            return [];
        }

        Func<Scheduler>[] schedulers =
        [
            () => new HostScheduler(),
            () => new TimerScheduler(),
            () => new AkkaScheduler(),
        ];
        string[] names = new string[schedulers.Length];
        var given = schedulers.Select(_ => new List<double>()).ToArray();
        var takenBack = schedulers.Select(_ => new List<double>()).ToArray();
        var sent = schedulers.Select(_ => new List<double>()).ToArray();
        double[] bytes = new double[schedulers.Length];
        double[] managed = new double[schedulers.Length];
        double[] allocated = [.. schedulers.Select(_ => double.MaxValue)];
        for (int round = 0; round < (arguments.IsQuick ? 2 : 9); round++)
        {
            for (int i = 0; i < schedulers.Length; i++)
            {
                Scheduler scheduler = schedulers[i]();
                await using (scheduler.ConfigureAwait(false))
                {
                    names[i] = scheduler.Name;
                    scheduler.Prepare();
                    MemorySnapshot before = MemorySnapshot.Take();
                    long allocatedBefore = GC.GetTotalAllocatedBytes(precise: true);
                    given[i].Add(Rounds.Time(_ => scheduler.Give(), 1) / Scheduler.Messages);
                    double fresh = GC.GetTotalAllocatedBytes(precise: true) - allocatedBefore;
                    allocated[i] = Math.Min(allocated[i], fresh / Scheduler.Messages);
                    MemorySnapshot after = MemorySnapshot.Take();
                    if (round == 0)
                    {
                        // Later the memory of the rounds before is used again. What the others take is all managed, and counted as such:
                        // the process may still have room from those before it.
                        managed[i] = (after.Managed - before.Managed) / Scheduler.Messages;
                        double resident = (after.Resident - before.Resident) / Scheduler.Messages;
                        bytes[i] = (i == 0 ? resident : managed[i]) - Scheduler.MessageBytes;
                    }

                    takenBack[i].Add(Rounds.Time(_ => scheduler.TakeBack(), 1) / (Scheduler.Messages / 2));
                    bool isSent = false;
                    double time = Rounds.Time(_ => isSent = scheduler.SendDue(), 1) / (Scheduler.Messages / 2);
                    if (isSent)
                    {
                        sent[i].Add(time);
                    }
                }
            }
        }

        List<Measurement> measurements = [];
        for (int i = 0; i < schedulers.Length; i++)
        {
            Add(Names.LaterGiven, i, "ns", given[i], allocated[i]);
            Add(Names.LaterTakenBack, i, "ns", takenBack[i]);
            Add(Names.LaterSent, i, "ns", sent[i]);
            Add(Names.LaterMemory, i, "B", [bytes[i]]);
            Add(Names.LaterManaged, i, "B", [managed[i]]);
        }

        return measurements;

        void Add(string name, int i, string unit, List<double> samples, double? fresh = null)
        {
            if (samples.Count > 0)
            {
                Measurement measurement = Measurement.OfSamples(name, names[i], Scheduler.MessageBytes, unit, samples);
                measurements.Add(
                    fresh is null ? measurement : measurement with { AllocatedBytes = Math.Round(fresh.Value, 2) }
                );
            }
        }
    }
}
