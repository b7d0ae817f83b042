namespace FireAndForget.Cli;

/// <summary>A line of the messages is not as it should be.</summary>
/// <param name="message">What is wrong with it.</param>
internal sealed class MessageLineException(string message) : Exception(message);
