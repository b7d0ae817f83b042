using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using FireAndForget.Mailboxes;
using FireAndForget.Threading;
using FireAndForget.Time;

namespace FireAndForget.Dispatching;

/// <summary>One thread that runs ready receivers, one at a time; it spins a little when there is nothing to do, then parks.</summary>
internal sealed class Worker : IDisposable
{
    /// <summary>The most messages of one receiver before the others have their turn.</summary>
    public const int Quota = 512;

    /// <summary>For each tick that a long turn took, the ticks of the others before the worker's next long one.</summary>
    public const int TicksForOthers = 7;

    /// <summary>How often a worker looks for its receiver's next message before it spins in earnest, about a microsecond.</summary>
    private const int FirstLooks = 256;

    [ThreadStatic]
    private static Worker? _current;

    private readonly EpochTicker _ticker;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _wake = new(false, spinCount: 0);
    private readonly long _spinTicks;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Lock _observing = new();
    private bool _sharedFirst;

    /// <summary>The tick from which it takes a long receiver before others.</summary>
    private long _longFrom;
    private Receiver? _atWork;
    private long _idleTicks;
    private long _idleSince;
    private long _busyTicks;

    public Worker(WorkerDispatcher dispatcher, EpochTicker ticker, int number, TimeSpan spin)
    {
        Dispatcher = dispatcher;
        _ticker = ticker;
        _spinTicks = (long)(spin.TotalSeconds * Stopwatch.Frequency);
        _idleSince = _started;
        _thread = GuestThread.Create($"FireAndForget worker {number}", Run);
    }

    /// <summary>The worker whose thread this is; null on other threads.</summary>
    public static Worker? Current => _current;

    public WorkerDispatcher Dispatcher { get; }

    /// <summary>What this worker made ready itself. Others take from it when they have nothing else.</summary>
    public ConcurrentQueue<Receiver> Own { get; } = new();

    /// <summary>What this worker runs next. Others take from it, too.</summary>
    public UpcomingReceivers Upcoming { get; } = new();

    /// <summary>Whether it does not come back out of a handler, so that nobody waits for its end.</summary>
    public bool IsAbandoned { get; set; }

    /// <summary>Whether this is the receiver that it ran last.</summary>
    public bool IsIn(Receiver receiver) => Volatile.Read(ref _atWork) == receiver;

    /// <summary>How long it has worked: neither spun for work, but for the first microsecond, nor slept. Any thread; never less than before.</summary>
    public TimeSpan BusyTime
    {
        get
        {
            lock (_observing)
            {
                long since = Volatile.Read(ref _idleSince);
                long idle = Volatile.Read(ref _idleTicks);
                long now = Stopwatch.GetTimestamp();
                _busyTicks = Math.Max(_busyTicks, now - _started - idle - (since == 0 ? 0 : now - since));
                return Stopwatch.GetElapsedTime(0, _busyTicks);
            }
        }
    }

    public void Start() => _thread.Start();

    public void Wake() => _wake.Set();

    /// <summary>Waits for the thread to end; the dispatcher has told it to.</summary>
    public void Dispose()
    {
        if (IsAbandoned)
        {
            return;
        }

        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _wake.Dispose();
    }

    public void Sleep()
    {
        _ticker.Exit();
        BeginIdle(Stopwatch.GetTimestamp());
        try
        {
            _wake.Wait();
        }
        finally
        {
            // Also where a handler had this thread interrupted: the ticker has to know who works.
            EndIdle(Stopwatch.GetTimestamp());
            _wake.Reset();
            _ticker.Enter();
        }
    }

    /// <summary>Waits until there is room for events. Where a guest is at work, that is at most one tick of its budget.</summary>
    public void WaitForEventRoom()
    {
        _ticker.Exit();
        BeginIdle(Stopwatch.GetTimestamp());
        try
        {
            while (Dispatcher.Room.IsFull)
            {
                Dispatcher.Room.Wait();
            }
        }
        finally
        {
            EndIdle(Stopwatch.GetTimestamp());
            _ticker.Enter();
        }
    }

    private void Run()
    {
        _current = this;
        EndIdle(Stopwatch.GetTimestamp());
        _ticker.Enter();
        while (!Dispatcher.IsStopping)
        {
            try
            {
                RunNext();
            }
            catch (Exception e)
            {
                // Out of a thread it would end the process.
                Dispatcher.Failed(e);
            }
        }

        _ticker.Exit();
    }

    private void RunNext()
    {
        if (Dispatcher.Room.IsFull)
        {
            // What it has settled may have been the last that a drain waits for.
            Dispatcher.OutOfWork();
            WaitForEventRoom();
        }

        if (TryTake(out Receiver? receiver))
        {
            TryRun(receiver);
        }
        else if (!SpinFor(null))
        {
            // Nobody else has anything to do: a long one costs nobody its turn.
            if (Dispatcher.TryTakeLong(out receiver))
            {
                TryRun(receiver);
            }
            else
            {
                Dispatcher.Park(this);
            }
        }
    }

    private bool TryTake([NotNullWhen(true)] out Receiver? receiver)
    {
        return IsLongDue && Dispatcher.TryTakeLong(out receiver)
            || Upcoming.TryTake(out receiver)
            || TryTakeReady(out receiver)
            || Dispatcher.TrySteal(this, out receiver);
    }

    private bool TryTakeReady([NotNullWhen(true)] out Receiver? receiver)
    {
        // In turns, so that what a worker makes ready itself cannot starve the rest.
        _sharedFirst = !_sharedFirst;
        return _sharedFirst && Dispatcher.TryTakeShared(out receiver)
            || Own.TryDequeue(out receiver)
            || Dispatcher.TryTakeShared(out receiver);
    }

    /// <summary>Takes the next few on where more are ready than the one at hand.</summary>
    private void LookAhead()
    {
        while (Upcoming.HasRoom && (!Own.IsEmpty || Dispatcher.HasShared) && TryTakeReady(out Receiver? next))
        {
            Upcoming.Add(next);
        }

        Upcoming.Fetch();
    }

    private void TryRun(Receiver receiver)
    {
        try
        {
            RunReceiver(receiver);
        }
        catch (Exception e)
        {
            receiver.GiveUp(e);
        }
    }

    private void RunReceiver(Receiver receiver)
    {
        // One that runs again has nobody behind it, most likely.
        bool isAnother = receiver != _atWork;
        if (isAnother)
        {
            Volatile.Write(ref _atWork, receiver);
        }

        receiver.Begin();
        // The thread that made this ready may have relied on this worker to take what else is ready.
        if (Dispatcher.HasShared)
        {
            Dispatcher.WakeWhereAllSleep();
        }

        if (isAnother && Upcoming.BeginTurn(receiver))
        {
            LookAhead();
        }

        while (true)
        {
            long started = _ticker.Count;
            int settled = receiver.Deliver(Quota);
            long now = _ticker.Count;
            if ((now != started || receiver.HasMetTicks) && receiver.NoteTurn(now - started) is > 0 and long ticks)
            {
                _longFrom = now + (ticks * TicksForOthers);
            }

            if (receiver.IsDone)
            {
                return;
            }

            if (
                HasOther
                || receiver.IsLong && Dispatcher.HasLong
                || settled == 0 && (receiver.IsPaused || !SpinFor(receiver))
                || Dispatcher.Room.IsFull
            )
            {
                break;
            }
        }

        receiver.End();
    }

    private bool HasOther => !Upcoming.IsEmpty || !Own.IsEmpty || Dispatcher.HasShared || IsLongDue;

    private bool IsLongDue => Dispatcher.HasLong && _ticker.Count >= _longFrom;

    /// <summary>
    /// Whether a message comes while this looks a few times, without telling anybody that it spins: a sender that answers at once
    /// is met so.
    /// </summary>
    private static bool IsNextClose(Mailbox mailbox)
    {
        for (int i = 0; i < FirstLooks; i++)
        {
            if (mailbox.HasNext)
            {
                return true;
            }
        }

        return false;
    }

    private void BeginIdle(long now) => Volatile.Write(ref _idleSince, now);

    private void EndIdle(long now)
    {
        // In this order: a reader in between counts the time as idle twice, never as busy.
        Volatile.Write(ref _idleTicks, _idleTicks + now - _idleSince);
        Volatile.Write(ref _idleSince, 0);
    }

    /// <summary>
    /// Spins until there is something to do: for the receiver at hand, which stays running so that its senders need not wake
    /// anybody, or for another. False when the time is over.
    /// </summary>
    private bool SpinFor(Receiver? receiver)
    {
        if (receiver is not null && IsNextClose(receiver.Mailbox))
        {
            return true;
        }

        Dispatcher.BeginSpin();
        long now = Stopwatch.GetTimestamp();
        BeginIdle(now);
        bool found = false;
        try
        {
            Dispatcher.OutOfWork();
            long start = now;
            do
            {
                for (int i = 0; i < 16 && !found; i++)
                {
                    found =
                        receiver is not null && (receiver.Mailbox.HasNext || receiver.IsStopped || receiver.HasNews)
                        || HasOther
                        || receiver is null && Dispatcher.HasReady;
                    if (!found)
                    {
                        Thread.SpinWait(1);
                    }
                }

                // What was found came less than 16 looks after the last time: not worth a reading of the clock.
                if (!found)
                {
                    now = Stopwatch.GetTimestamp();
                }
            } while (!found && now - start < _spinTicks && !Dispatcher.IsStopping);
        }
        finally
        {
            EndIdle(now);
            Dispatcher.EndSpin();
        }

        if (found && Dispatcher.HasShared)
        {
            Dispatcher.WakeWhereAllSleep();
        }

        return found;
    }
}
