namespace FireAndForget.Guests.Wasi;

/// <summary>What a function of WASI preview 1 answers: those of its error codes that can occur here.</summary>
internal enum Preview1Error
{
    None = 0,
    BadDescriptor = 8,
    IllegalBytes = 25,
    Invalid = 28,
    NoMemory = 48,
    NoDirectory = 54,
    NoSocket = 57,
    NotSupported = 58,
    Overflow = 61,
    NotSeekable = 70,
}
