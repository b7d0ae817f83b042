// Messages for the forwarder, which find their way by a list of targets at their end; forwarder.wat says how.

using System.Text;

namespace FireAndForget.Benchmarks.Suites;

internal static class RoutedMessage
{
    /// <summary>The length of every such message in bytes.</summary>
    public const int Length = 64;

    private const byte CircleFlag = 0x80;

    /// <summary>The id of the n-th component: four characters.</summary>
    public static string IdOf(int number) => $"f{number:d3}";

    /// <summary>A message that is sent on to these components, one after the other.</summary>
    public static byte[] Through(IReadOnlyList<string> targets) => Build(targets, 0);

    /// <summary>A message that is sent on to these components, one after the other, and again from the first.</summary>
    public static byte[] Circling(IReadOnlyList<string> targets) => Build(targets, CircleFlag);

    private static byte[] Build(IReadOnlyList<string> targets, byte flag)
    {
        byte[] message = new byte[Length];
        Encoding.ASCII.GetBytes(string.Concat(targets)).CopyTo(message, Length - 2 - (4 * targets.Count));
        message[^2] = (byte)(targets.Count | flag);
        return message;
    }
}
