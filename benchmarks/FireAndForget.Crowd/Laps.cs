// How many messages a lap has, and which way each goes: the same for FireAndForget and for the alternatives.

namespace FireAndForget.Crowd;

internal static class Laps
{
    /// <summary>The length of a message to receivers in turn, in bytes.</summary>
    public const int MessageBytes = 16;

    /// <summary>How many hops a message makes from component to component.</summary>
    public const int Hops = 40;

    /// <summary>The fewest messages of a lap to receivers in turn.</summary>
    private const int FewestMessages = 16 * 1024;

    /// <summary>How often a lap goes round receivers in turn.</summary>
    public static int Turns(int receivers) => Math.Max(1, (FewestMessages + receivers - 1) / receivers);

    /// <summary>How many messages are under way at once from component to component.</summary>
    public static int UnderWay(int receivers) => receivers >= 10_000 ? 2_048 : 256;

    /// <summary>Draws the way of each message anew: receivers by their numbers, each as likely as the others.</summary>
    public static void Draw(Random random, int receivers, int[][] ways)
    {
        foreach (int[] way in ways)
        {
            for (int hop = 0; hop < way.Length; hop++)
            {
                way[hop] = random.Next(receivers);
            }
        }
    }

    /// <summary>Room for the way of each message.</summary>
    public static int[][] Ways(int receivers) =>
        [.. Enumerable.Range(0, UnderWay(receivers)).Select(_ => new int[Hops])];
}
