namespace FireAndForget.Tests.Fuzz.Running;

/// <summary>What an input did is neither a clean load nor a clean error.</summary>
/// <param name="message">What it did.</param>
internal sealed class FindingException(string message) : Exception(message);
