namespace FireAndForget.Tests.Fuzz.Running;

/// <summary>An input that did something else than to be taken or to be refused with an error that is documented.</summary>
/// <param name="Index">The number of the input; -1: it came about behind the last one.</param>
/// <param name="What">What it did: an exception, or how the process ended.</param>
internal sealed record Finding(long Index, string What);
