namespace FireAndForget.Guests.Wasi;

/// <summary>The resources of WASI of which a handle can exist while nothing is granted.</summary>
internal enum WasiHandleKind : byte
{
    None,
    InputStream,
    OutputStream,
    Pollable,
    Network,

    /// <summary>Of <c>wasi:messaging</c>, as the following.</summary>
    Client,
    Message,
    RequestOptions,

    /// <summary>No resource: the waitables that are waited for together.</summary>
    WaitableSet,

    /// <summary>No resource but a waitable: a call that ends at an instant.</summary>
    Subtask,

    /// <summary>No resource but a waitable: an end of a stream or future, as the following.</summary>
    StreamReader,
    StreamWriter,
    FutureReader,
    FutureWriter,
}
