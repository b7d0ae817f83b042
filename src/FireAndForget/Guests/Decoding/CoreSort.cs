namespace FireAndForget.Guests.Decoding;

/// <summary>What a core module can import and export, with the binary format's codes.</summary>
internal enum CoreSort : byte
{
    Function = 0,
    Table = 1,
    Memory = 2,
    Global = 3,
    Tag = 4,
}
