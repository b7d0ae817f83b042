using System.Runtime.CompilerServices;

namespace FireAndForget.Tests.Faults;

/// <summary>Null references, which .NET learns of by the signal that tells Wasmtime of accesses out of bounds.</summary>
internal static class References
{
    private const int Rounds = 50;

    private static volatile string? _nothing;

    public static async Task RunAsync(Action? before = null, Action? after = null)
    {
        _nothing = null;
        before?.Invoke();
        FaultyLog<NullReferenceException> log = new(Dereference);
        await using var host = new MessagingHost(new() { Workers = 2, Logger = log });
        MessagingEndpoint client = host.AddEndpoint("client");
        host.AddEndpoint("handler", _ => Dereference());
        after?.Invoke();
        host.AddComponent(
            "guest",
            ComponentSource.FromText(Guests.OutOfBounds),
            new() { Restart = new() { Max = 10 * Rounds } }
        );
        host.AddComponent("refused", ComponentSource.FromText(Guests.Refused));
        for (int round = 0; round < Rounds; round++)
        {
            client.Send("handler", "x"u8);
            client.Send("guest", "x"u8);
            client.Send("refused", "x"u8);
            await Expect.ThrowsEverywhereAsync<NullReferenceException>(Dereference);
        }

        await host.DrainAsync();
        Expect.Equal(2 * Rounds, host.Statistics.Trapped, "trapped");
        Expect.Equal(Rounds, host.Statistics.Handled, "handled");
        Expect.Equal(true, log.Count > 0, "null references under a guest");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Dereference() => GC.KeepAlive(_nothing!.Length);
}
