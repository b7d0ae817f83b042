using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;
using FireAndForget.Guests.Calls;

namespace FireAndForget.Guests.Direct;

// The ticks of the epoch that a guest meets, and what ends it where it took more than its budget or the host stops.
internal sealed partial class DirectGuest
{
    /// <summary>More bytes than a target or topic has, and than any log tells of what is none.</summary>
    private const int MostOfName = 512;

    /// <summary>The bytes of a target or topic; of one that is too long to be either, the beginning.</summary>
    /// <remarks>
    /// A guest may name all of its memory. To see whether that is UTF-8 takes many ticks, of which the engine tells one, when the guest
    /// runs on: they are counted here.
    /// </remarks>
    private Span<byte> Name(GuestMemory memory, int pointer, int length, string what)
    {
        Span<byte> name = memory.List(pointer, length, what);
        return name.Length <= MostOfName ? name : BeginningOf(name, what);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Span<byte> BeginningOf(Span<byte> name, string what)
    {
        long since = Stopwatch.GetTimestamp();
        bool isText = Utf8.IsValid(name);
        Spend(ref since);
        if (!isText)
        {
            throw new GuestTrapException($"{what} is not UTF-8");
        }

        int end = MostOfName;
        while (Rune.DecodeFromUtf8(name[end..], out _, out _) != OperationStatus.Done)
        {
            end--;
        }

        return name[..end];
    }

    void IImportingInstance.Spend(ref long since) => Spend(ref since);

    private void Spend(ref long since)
    {
        for (long now = Stopwatch.GetTimestamp(); now - since >= TickLength; )
        {
            since += TickLength;
            Tick(since);
        }
    }

    /// <summary>
    /// Moves the epoch deadline on where ticks came since the last delivery. Without that the engine would call back at the guest's
    /// first instruction, which costs a guest that seldom gets a message more than the message does.
    /// </summary>
    private void SkipEarlierTicks(long ticks)
    {
        if (ticks != _ticksAtLastDelivery)
        {
            _ticksAtLastDelivery = ticks;
            _deliver.MoveDeadline();
        }
    }

    /// <summary>Called by the engine at each epoch while this guest runs.</summary>
    private ulong Tick(long now)
    {
        bool over;
        _ticksMet++;
        if (_isLoading)
        {
            over = _budget.Tick(0, _limits.LoadTimeout, now);
        }
        else
        {
            over = _budget.Tick(Running, _limits.MessageTimeout, now);
            // The first message of a batch may meet a tick that came while other guests ran; that tick does not end this guest's
            // turn.
            if (_budget.IsLong || _tray.Cursor != 0)
            {
                _tray.Stop();
            }
        }

        if (over || _host.IsAborting)
        {
            Interrupt(over ? Outcome.TimedOut : Outcome.Undeliverable);
        }

        return 1;
    }

    /// <summary>
    /// Called between the parts of an instantiation: the engine looks at the budget only while code of the guest runs, and a guest of
    /// many parts keeps the host itself busy. Each look counts one tick at most, so that no guest pays for what kept this thread.
    /// </summary>
    private void LookAtBudget(ref long since)
    {
        if (_host.IsAborting)
        {
            Interrupt(Outcome.Undeliverable);
        }

        long now = Stopwatch.GetTimestamp();
        if (now - since >= TickLength)
        {
            since = now;
            Tick(now);
        }
    }

    [DoesNotReturn]
    private void Interrupt(Outcome interruption)
    {
        _interruption = interruption;
        throw new GuestTrapException("interrupted");
    }
}
