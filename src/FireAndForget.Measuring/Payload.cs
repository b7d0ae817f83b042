namespace FireAndForget.Measuring;

/// <summary>The messages that are measured with.</summary>
public static class Payload
{
    /// <summary>The sizes that are measured where nothing else is asked for, in bytes.</summary>
    public static IReadOnlyList<int> Sizes { get; } = [16, 256, 4096, 65536];

    /// <summary>A message in which byte i is i modulo 251.</summary>
    /// <param name="bytes">Its length in bytes.</param>
    /// <returns>The message.</returns>
    public static byte[] Of(int bytes)
    {
        byte[] message = new byte[bytes];
        for (int i = 0; i < bytes; i++)
        {
            message[i] = (byte)(i % 251);
        }

        return message;
    }
}
