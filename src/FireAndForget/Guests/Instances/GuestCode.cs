using FireAndForget.Guests.Decoding;

namespace FireAndForget.Guests.Instances;

/// <summary>A guest's compiled code, shared by all components that are made from the same bytes.</summary>
internal abstract class GuestCode : IDisposable
{
    /// <summary>What it is, as its load found it.</summary>
    public GuestSummary Summary { get; set; } = null!;

    /// <summary>How many linear memories an instance has, with its heap of objects.</summary>
    public virtual int Memories => 1;

    /// <summary>The sum in bytes up to which the memories of an instance may grow.</summary>
    /// <exception cref="ComponentLoadException">They start with more than the limit.</exception>
    public virtual long MostMemory(LimitOptions limits) => 0;

    /// <summary>Makes a fresh instance and runs what it runs at its start.</summary>
    /// <exception cref="ComponentLoadException">It cannot be instantiated within its limits.</exception>
    public abstract Guest Instantiate(IGuestHost host, LimitOptions limits);

    /// <summary>What an answer other than 0 says, for the dead letter.</summary>
    public abstract string DescribeRejection(int answer);

    public abstract void Dispose();
}
