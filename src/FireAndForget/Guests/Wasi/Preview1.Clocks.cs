using System.Runtime.InteropServices;
using Wasmtime;

namespace FireAndForget.Guests.Wasi;

/// <summary>Clocks and waiting.</summary>
internal sealed partial class Preview1
{
    private const ulong Second = 1_000_000_000;

    private const uint RealTime = 0;
    private const uint Monotonic = 1;

    // A subscription's and an event's size, and where their parts lie.
    private const uint Subscription = 48;
    private const uint Event = 32;
    private const uint Kind = 8;
    private const uint Clock = 16;
    private const uint Timeout = 24;
    private const uint Flags = 40;
    private const uint Descriptor = 16;

    private const byte OfClock = 0;
    private const byte OfReading = 1;
    private const byte OfWriting = 2;
    private const ushort Absolute = 1;

    /// <summary>How many entries of a guest's list are read before its budget is checked again.</summary>
    private const uint Run = 65536;

    private Function? FindClock(string name) =>
        name switch
        {
            "clock_res_get" => Of(
                name,
                (Preview1Memory memory, int clock, int answer) =>
                {
                    CheckEnum(name, clock, MostClock);
                    return clock switch
                    {
                        (int)RealTime => Answer(memory, (uint)answer, WasiClock.WallResolution.Nanoseconds),
                        (int)Monotonic => Answer(memory, (uint)answer, wasi.Clock.Resolution),
                        _ => Preview1Error.BadDescriptor,
                    };
                }
            ),
            "clock_time_get" => Of(
                name,
                (Preview1Memory memory, int clock, long _, int answer) =>
                {
                    CheckEnum(name, clock, MostClock);
                    return clock switch
                    {
                        (int)RealTime => WallNow is { } now
                            ? Answer(memory, (uint)answer, now)
                            : Preview1Error.Overflow,
                        (int)Monotonic => Answer(memory, (uint)answer, wasi.Clock.Now),
                        _ => Preview1Error.BadDescriptor,
                    };
                }
            ),
            "poll_oneoff" => Of(
                name,
                (Preview1Memory memory, int subscriptions, int events, int count, int answer) =>
                    Poll(memory, (uint)subscriptions, (uint)events, (uint)count, (uint)answer)
            ),
            _ => null,
        };

    /// <summary>The time of day in nanoseconds since 1970; null from the year 2554 on, of which they are too many.</summary>
    private ulong? WallNow
    {
        get
        {
            (ulong seconds, uint nanoseconds) = wasi.Clock.WallNow;
            UInt128 now = ((UInt128)seconds * Second) + nanoseconds;
            return now <= ulong.MaxValue ? (ulong)now : null;
        }
    }

    private static Preview1Error Answer(Preview1Memory memory, uint answer, ulong value)
    {
        memory.Write64(answer, value);
        return Preview1Error.None;
    }

    /// <summary>
    /// Waits for the first of some events. What is subscribed to is read again for each event that is written, because the guest may
    /// have given room for events where the subscriptions lie.
    /// </summary>
    private Preview1Error Poll(Preview1Memory memory, uint subscriptions, uint events, uint count, uint answer)
    {
        if (count == 0)
        {
            return Preview1Error.Invalid;
        }

        if (count > WasiPoll.MostPollables)
        {
            return Preview1Error.NoMemory;
        }

        Span<ulong> readyAt = MemoryMarshal.Cast<byte, ulong>(wasi.Scratch((int)count * sizeof(ulong)));
        ulong first = ulong.MaxValue;
        for (uint i = 0; i < count; i++)
        {
            uint subscription = memory.Next(subscriptions, (ulong)i * Subscription);
            Preview1Error error = Subscribe(memory, subscription, out readyAt[(int)i]);
            if (error != Preview1Error.None)
            {
                return error;
            }

            first = Math.Min(first, readyAt[(int)i]);
        }

        ulong now = WasiPoll.WaitUntil(wasi, first);
        uint found = 0;
        for (uint i = 0; i < count; i++)
        {
            if (readyAt[(int)i] > now)
            {
                continue;
            }

            uint subscription = memory.Next(subscriptions, (ulong)i * Subscription);
            uint happened = memory.Next(events, (ulong)found * Event);
            Preview1Error error = Read(memory, subscription, out Subscribed subscribed);
            if (error != Preview1Error.None)
            {
                return error;
            }

            memory.Write64(happened, memory.Read64(subscription));
            memory.Write16(memory.Next(happened, 8), (ushort)Preview1Error.None);
            memory.Write8(memory.Next(happened, 10), subscribed.Kind);
            memory.Write64(memory.Next(happened, 16), subscribed.Kind == OfClock ? 0u : 1u);
            memory.Write16(memory.Next(happened, 24), 0);
            found++;
        }

        memory.Write32(answer, found);
        return Preview1Error.None;
    }

    /// <summary>When what is subscribed to happens, as the instance's clock counts; streams are always ready.</summary>
    private Preview1Error Subscribe(Preview1Memory memory, uint subscription, out ulong readyAt)
    {
        readyAt = 0;
        Preview1Error error = Read(memory, subscription, out Subscribed subscribed);
        if (error != Preview1Error.None || subscribed.Kind != OfClock)
        {
            return error;
        }

        ulong timeout = subscribed.Timeout;
        switch (subscribed.Clock)
        {
            case Monotonic when subscribed.IsAbsolute:
                readyAt = timeout;
                return Preview1Error.None;
            case RealTime when subscribed.IsAbsolute:
                ulong now = WallNow ?? ulong.MaxValue;
                readyAt = wasi.Clock.After(timeout > now ? timeout - now : 0);
                return Preview1Error.None;
            case Monotonic or RealTime:
                readyAt = wasi.Clock.After(timeout);
                return Preview1Error.None;
            default:
                return Preview1Error.Invalid;
        }
    }

    private Preview1Error Read(Preview1Memory memory, uint subscription, out Subscribed subscribed)
    {
        subscribed = default;
        memory.Read64(subscription);
        byte kind = memory.Read8(memory.Next(subscription, Kind));
        switch (kind)
        {
            case OfClock:
                uint clock = memory.Read32(memory.Next(subscription, Clock));
                if (clock > MostClock)
                {
                    return Preview1Error.Invalid;
                }

                ulong timeout = memory.Read64(memory.Next(subscription, Timeout));
                ushort flags = memory.Read16(memory.Next(subscription, Flags));
                subscribed = new(kind, clock, timeout, flags == Absolute);
                return flags <= Absolute ? Preview1Error.None : Preview1Error.Invalid;
            case OfReading or OfWriting:
                subscribed = new(kind, 0, 0, false);
                bool isThere =
                    StreamOf((int)memory.Read32(memory.Next(subscription, Descriptor))) is { } stream
                    && stream == StandardInput == (kind == OfReading);
                return isThere ? Preview1Error.None : Preview1Error.BadDescriptor;
            default:
                return Preview1Error.Invalid;
        }
    }

    private readonly record struct Subscribed(byte Kind, uint Clock, ulong Timeout, bool IsAbsolute);
}
