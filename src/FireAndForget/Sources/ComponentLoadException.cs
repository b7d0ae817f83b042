namespace FireAndForget;

/// <summary>
/// A component could not be loaded: the file cannot be read, is no WebAssembly, does not keep the contract of
/// <c>fixtures/wit/messaging.wit</c>, or its guest failed while it was instantiated. The host goes on as before.
/// </summary>
public sealed class ComponentLoadException : Exception
{
    /// <summary>An exception that says nothing but that loading failed.</summary>
    public ComponentLoadException()
        : this("The component could not be loaded.") { }

    /// <summary>An exception with what was wrong and what to do.</summary>
    /// <param name="message">The file or component, what was wrong with it and what to do.</param>
    public ComponentLoadException(string message)
        : base(message) { }

    /// <summary>An exception with what was wrong, what to do, and the error behind it.</summary>
    /// <param name="message">The file or component, what was wrong with it and what to do.</param>
    /// <param name="innerException">The error behind it.</param>
    public ComponentLoadException(string message, Exception? innerException)
        : base(message, innerException) { }

    /// <summary>A binary that cannot be read because bytes of it are missing or wrong.</summary>
    internal static ComponentLoadException Damaged(string what, int offset) =>
        new($"The binary is damaged at byte {offset}: {what}. Build the file again, or copy it anew.");
}
