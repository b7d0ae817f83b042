using static FireAndForget.Tests.ChannelGuest;

namespace FireAndForget.Tests;

/// <summary>What the tests of a <see cref="ChannelGuest"/> put into their steps, and find in its answers.</summary>
internal static class ChannelSteps
{
    /// <summary>The answer of a copy that waits for the other end.</summary>
    public const int Blocked = -1;

    /// <summary>The answer of a copy whose other end is dropped; with the number of values where some were copied.</summary>
    public const int Dropped = 1;

    /// <summary>The ends that most tests use.</summary>
    public const int Reader = Register;
    public const int Writer = Register + 1;

    /// <summary>Where the bytes lie that most tests write.</summary>
    public const int Source = 1024;

    /// <summary>Ten bytes to write, no data in the report, and a new stream of bytes.</summary>
    public static Steps Bytes => new Steps().Put(Source, "abcdefghij").Fill(Data, '\0', DataBytes).New("bytes", 0);

    /// <summary>The answer of a copy of so many values.</summary>
    public static int Completed(int count) => count << 4;
}
