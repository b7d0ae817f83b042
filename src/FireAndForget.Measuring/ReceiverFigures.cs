namespace FireAndForget.Measuring;

/// <summary>What <see cref="ReceiverBench"/> found for one size of message.</summary>
/// <param name="Payload">The length of each message in bytes.</param>
/// <param name="OneByOneNanoseconds">A message that is sent and delivered on the same thread.</param>
/// <param name="BurstNanoseconds">A message of 64 that are sent and then delivered on the same thread.</param>
/// <param name="ThreadsNanoseconds">A message, with one sending thread and one worker, flat out.</param>
/// <param name="P50Nanoseconds">From send to handled across two threads with the worker spinning: the median.</param>
/// <param name="P99Nanoseconds">The same: 99 of 100 messages are faster.</param>
/// <param name="AllocatedBytes">Managed bytes allocated for a message.</param>
public sealed record ReceiverFigures(
    int Payload,
    double OneByOneNanoseconds,
    double BurstNanoseconds,
    double ThreadsNanoseconds,
    double P50Nanoseconds,
    double P99Nanoseconds,
    double AllocatedBytes
);
