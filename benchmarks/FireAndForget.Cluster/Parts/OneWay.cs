// Messages one way, flat out: all that carry them in rounds that alternate, so that whatever the machine does meanwhile it does to all.

using System.Diagnostics;
using FireAndForget.Reporting;

namespace FireAndForget.Cluster.Parts;

internal static class OneWay
{
    public static async Task MeasureAsync(RunArguments arguments, IReadOnlyList<Carrier> carriers, Results results)
    {
        List<Pair> pairs = [];
        try
        {
            foreach (Carrier carrier in carriers)
            {
                pairs.Add(await Pair.StartAsync(carrier));
            }

            Course[] courses = [.. pairs.SelectMany(pair => pair.Carrier.Ways.Select(way => new Course(pair, way)))];
            foreach (int payload in ClusterNames.Payloads)
            {
                foreach (Course course in courses)
                {
                    await course.WarmUpAsync(payload, arguments.IsQuick);
                }

                for (int round = 0; round < (arguments.IsQuick ? 3 : 11); round++)
                {
                    foreach (Course course in courses)
                    {
                        await course.RunAsync();
                    }
                }

                foreach (Course course in courses)
                {
                    results.Add(course.ToMeasurement());
                }
            }
        }
        finally
        {
            pairs.ForEach(pair => pair.Dispose());
        }
    }

    /// <summary>One way of one pair with messages of one length after the other.</summary>
    private sealed class Course(Pair pair, Way way)
    {
        private const int MostMessages = 1 << 22;

        private readonly List<double> _times = [];
        private readonly List<double> _allocated = [];
        private int _payload;
        private int _count;

        /// <summary>Sends until the runtime has compiled it all anew, and finds out how many messages fill a round.</summary>
        public async Task WarmUpAsync(int payload, bool isQuick)
        {
            TimeSpan round = TimeSpan.FromMilliseconds(isQuick ? 40 : 150);
            TimeSpan warmUp = round * 10;
            _payload = payload;
            _times.Clear();
            _allocated.Clear();
            double best = double.MaxValue;
            long start = Stopwatch.GetTimestamp();
            int count = 64;
            do
            {
                best = Math.Min(best, await pair.SendAsync(way, payload, count) / count);
                count = (int)Math.Clamp(round.TotalNanoseconds / best, 64, Math.Min(count * 2, MostMessages));
            } while (Stopwatch.GetElapsedTime(start) < warmUp);

            _count = count;
        }

        public async Task RunAsync()
        {
            long before = (await pair.LookAsync()).AllocatedBytes;
            _times.Add(await pair.SendAsync(way, _payload, _count) / _count);
            _allocated.Add((double)((await pair.LookAsync()).AllocatedBytes - before) / _count);
        }

        public Measurement ToMeasurement() =>
            Measurement.OfSamples(ClusterNames.OneWay, way.Name, _payload, "ns", _times) with
            {
                AllocatedBytes = Math.Round(_allocated.Order().ElementAt(_allocated.Count / 2), 2),
            };
    }
}
