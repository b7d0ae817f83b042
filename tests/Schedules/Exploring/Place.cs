namespace FireAndForget.Tests.Exploring;

/// <summary>What a thread is about to do, and where in the code.</summary>
internal readonly record struct Place(string Does, string File, int Line)
{
    public override string ToString() => Line == 0 ? Does : $"{Does} at {Path.GetFileName(File)}:{Line}";
}
