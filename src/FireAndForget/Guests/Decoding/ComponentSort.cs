namespace FireAndForget.Guests.Decoding;

/// <summary>
/// What a component can define, import and export, with the binary format's codes (a core module's is two bytes).
/// </summary>
internal enum ComponentSort : byte
{
    CoreModule = 0,
    Function = 1,
    Value = 2,
    Type = 3,
    Component = 4,
    Instance = 5,
}
