namespace FireAndForget.Time;

/// <summary>Something that is over at a time, unless it ended before; see <see cref="DeadlineQueue"/>.</summary>
internal interface IDeadline
{
    /// <summary>When it is over, by the clock of its queue. The queue's, as is <see cref="Place"/>.</summary>
    TimeSpan Due { get; set; }

    /// <summary>As a <see cref="Place"/>: it was taken out because its time is over, which it is about to be told or was.</summary>
    const int Expiring = -2;

    /// <summary>Its place in the queue's heap; negative: it is not in it.</summary>
    int Place { get; set; }

    /// <summary>The time is over. Called once, on the clock's thread.</summary>
    void Expire();
}
