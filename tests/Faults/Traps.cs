using FireAndForget.Guests.Instances;
using FireAndForget.Wording;

namespace FireAndForget.Tests.Faults;

/// <summary>Traps of guests, by every signal and without one: on workers, and under a caller that pumps.</summary>
internal static class Traps
{
    private const int Rounds = 20;

    private static readonly (string Guest, string Reason)[] Kinds =
    [
        (Guests.Divider, "divide by zero"),
        (Guests.OutOfBounds, "out of bounds"),
        (Guests.Unreachable, "unreachable"),
        (Guests.NullCaller, "uninitialized element"),
        (Guests.Recursive, "call stack exhausted"),
    ];

    public static async Task RunAsync(Action? before = null, Action? after = null)
    {
        before?.Invoke();
        for (int workers = 0; workers < 3; workers++)
        {
            await using var host = new MessagingHost(new() { Workers = workers });
            using EventSubscription events = host.Subscribe(int.MaxValue);
            MessagingEndpoint client = host.AddEndpoint("client");
            after?.Invoke();
            after = null;
            for (int i = 0; i < Kinds.Length; i++)
            {
                ComponentOptions options = new() { Restart = new() { Max = 10 * Rounds } };
                host.AddComponent($"guest{i}", ComponentSource.FromText(Kinds[i].Guest), options);
            }

            for (int round = 0; round < Rounds; round++)
            {
                for (int i = 0; i < Kinds.Length; i++)
                {
                    client.Send($"guest{i}", ""u8);
                }
            }

            await host.DrainAsync();
            Expect.Equal(Kinds.Length * Rounds, host.Statistics.Trapped, "trapped");
            Check(events);
        }
    }

    private static void Check(EventSubscription events)
    {
        while (events.TryRead(out HostEvent? happened))
        {
            if (happened is DeadLetter letter)
            {
                string reason = Kinds[letter.Target[^1] - '0'].Reason;
                Expect.Equal(true, letter.Reason.Contains(reason, StringComparison.Ordinal), letter.Reason);
            }
        }
    }
}
