namespace FireAndForget.Guests;

/// <summary>A guest's compiled code, shared by all components that are made from the same bytes.</summary>
internal abstract class GuestCode : IDisposable
{
    /// <summary>Makes a fresh instance and runs what it runs at its start.</summary>
    /// <exception cref="ComponentLoadException">It cannot be instantiated within its limits.</exception>
    public abstract Guest Instantiate(IGuestHost host, LimitOptions limits);

    /// <summary>What an answer other than 0 says, for the dead letter.</summary>
    public abstract string DescribeRejection(int answer);

    public abstract void Dispose();
}
