namespace FireAndForget.Tests.Soak;

/// <summary>Sums of what became of messages.</summary>
internal static class MessageStatisticsExtensions
{
    extension(MessageStatistics statistics)
    {
        /// <summary>Messages that have no outcome yet.</summary>
        public long Waiting => statistics.Queued + statistics.InFlight;
    }
}
