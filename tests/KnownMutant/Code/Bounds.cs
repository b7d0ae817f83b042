namespace FireAndForget.KnownMutant;

/// <summary>Code whose mutants are known.</summary>
public static class Bounds
{
    /// <summary>Whether a length is more than the most.</summary>
    public static bool IsOver(int length, int most) => length > most;
}
