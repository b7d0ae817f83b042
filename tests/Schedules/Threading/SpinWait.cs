namespace FireAndForget;

/// <summary>Instead of the system's: lets another thread run.</summary>
internal struct SpinWait
{
    public int Count { get; private set; }

    public void SpinOnce(int sleep1Threshold)
    {
        Count += sleep1Threshold < 0 ? 1 : 2;
        Thread.Yield();
    }
}
