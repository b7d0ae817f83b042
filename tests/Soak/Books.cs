namespace FireAndForget.Tests.Soak;

/// <summary>Sums of what became of messages.</summary>
internal static class Books
{
    extension(MessageStatistics books)
    {
        /// <summary>Messages that have an outcome.</summary>
        public long Settled =>
            books.Handled + books.Rejected + books.Trapped + books.TimedOut + books.Evicted + books.Undeliverable;

        /// <summary>Messages that have none yet.</summary>
        public long Waiting => books.Queued + books.InFlight;

        public MessageStatistics Plus(MessageStatistics other) =>
            new()
            {
                Accepted = books.Accepted + other.Accepted,
                Handled = books.Handled + other.Handled,
                Rejected = books.Rejected + other.Rejected,
                Trapped = books.Trapped + other.Trapped,
                TimedOut = books.TimedOut + other.TimedOut,
                Evicted = books.Evicted + other.Evicted,
                Undeliverable = books.Undeliverable + other.Undeliverable,
                Queued = books.Queued + other.Queued,
                InFlight = books.InFlight + other.InFlight,
                InMailboxes = books.InMailboxes + other.InMailboxes,
            };
    }
}
