using FireAndForget.Guests.Direct;
using FireAndForget.Messages;
using FireAndForget.Tests.Exploring;
using Xunit;

namespace FireAndForget.Tests.Guests;

/// <summary>The trays of threads that come and go.</summary>
public sealed class TraySchedules
{
    private const int Turns = 3;

    /// <summary>No other thread writes over what a thread has in its tray, and no tray is made that is not needed.</summary>
    [Fact]
    public void Take_WhileOthersGiveBack_IsATrayThatNobodyHas() =>
        Explorer.Explore(
            1000,
            () =>
            {
                List<byte[]> memory = [];
                TrayLeases leases = new(Make);
                (string, Action)[] threads =
                [
                    .. Enumerable.Range(1, 3).Select(number => ($"thread {number}", (Action)(() => Use((uint)number)))),
                ];
                Threads.Run(threads);

                Expect.True(
                    memory.Count <= threads.Length,
                    () => $"{memory.Count} trays for {threads.Length} threads."
                );

                unsafe Tray Make()
                {
                    byte[] bytes = GC.AllocateArray<byte>(TrayLayout.Bytes, pinned: true);
                    memory.Add(bytes);
                    fixed (byte* start = bytes)
                    {
                        return new Tray(start, memory.Count);
                    }
                }

                void Use(uint number)
                {
                    for (int turn = 0; turn < Turns; turn++)
                    {
                        Tray tray = leases.Take();
                        Expect.Equal(0u, tray.Slots[0].Sender, "whose message lies in a tray that is taken");
                        tray.Slots[0] = new MessageSlot { Sender = number };
                        // So that others may come while it is used.
                        Interlocked.MemoryBarrier();
                        Expect.Equal(number, tray.Slots[0].Sender, "whose message lies in the tray");
                        tray.Slots[0] = default;
                        leases.GiveBack(tray);
                    }
                }
            }
        );
}
