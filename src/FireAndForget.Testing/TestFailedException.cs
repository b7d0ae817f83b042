namespace FireAndForget.Testing;

/// <summary>Thrown when what a test expected did not happen. Every test framework shows it as a failure.</summary>
public sealed class TestFailedException : Exception
{
    /// <summary>An exception without details.</summary>
    public TestFailedException()
        : this("What the test expected did not happen.") { }

    /// <summary>An exception with what was expected.</summary>
    /// <param name="message">What was expected, what happened in its place, and what happened before, in order.</param>
    public TestFailedException(string message)
        : base(message) { }

    /// <summary>An exception with what was expected and the error behind it.</summary>
    /// <param name="message">What was expected, what happened in its place, and what happened before, in order.</param>
    /// <param name="innerException">The error behind it.</param>
    public TestFailedException(string message, Exception? innerException)
        : base(message, innerException) { }
}
