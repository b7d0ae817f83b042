namespace FireAndForget.Capacity;

/// <summary>
/// How many files of the host all guests may have open together. A process that has opened as many as it may cannot even load code
/// any more, and .NET ends; so guests get a part of the machine's limit only.
/// </summary>
/// <param name="most">The most at a time.</param>
internal sealed class OpenFileSum(long most)
{
    /// <summary>The limit that is assumed where the machine does not tell its own.</summary>
    private const long UnknownLimit = 8192;

    private long _open;

    /// <summary>The sum of this process, which all its hosts share: half of the process's limit; the other half is for everything else.</summary>
    public static OpenFileSum OfProcess { get; } = new((LinuxMachine.Create()?.MostOpenFiles ?? UnknownLimit) / 2);

    public long Most => most;

    /// <summary>Takes this many, or none.</summary>
    public bool TryTake(int count)
    {
        if (Interlocked.Add(ref _open, count) <= most)
        {
            return true;
        }

        GiveBack(count);
        return false;
    }

    public void GiveBack(int count) => Interlocked.Add(ref _open, -count);
}
