using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using FireAndForget.Mailboxes;
using FireAndForget.Threading;
using FireAndForget.Time;

namespace FireAndForget.Dispatching;

/// <summary>
/// One thread that runs ready receivers, one at a time. When there is nothing to do it spins for a short time and then parks.
/// </summary>
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

    /// <summary>The receivers that this worker made ready. Other workers take from it when they have nothing else.</summary>
    public ConcurrentQueue<Receiver> Own { get; } = new();

    /// <summary>The receivers that this worker runs next. Other workers take from it, too.</summary>
    public UpcomingReceivers Upcoming { get; } = new();

    /// <summary>Whether it is stuck in a handler, so that nobody waits for its end.</summary>
    public bool IsAbandoned { get; set; }

    /// <summary>Whether this is the receiver that it ran last.</summary>
    public bool IsIn(Receiver receiver) => Volatile.Read(ref _atWork) == receiver;

    /// <summary>
    /// How long it has worked: the time in which it neither spun for work, except for the first microsecond, nor slept. Any thread;
    /// it never decreases.
    /// </summary>
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
            // This runs also where a handler had this thread interrupted, because the ticker has to know who works.
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
                // An exception that leaves a thread would end the process.
                Dispatcher.Failed(e);
            }
        }

        _ticker.Exit();
    }

    private void RunNext()
    {
        if (Dispatcher.Room.IsFull)
        {
            // The messages that it has settled may have been the last ones that a drain waits for.
            Dispatcher.OutOfWork();
            WaitForEventRoom();
        }

        if (TryTake(out Receiver? receiver))
        {
            TryRun(receiver);
        }
        else if (!SpinFor(null))
        {
            // No other receiver is ready, so a long turn delays nobody.
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
        // The two queues come first alternately, so that receivers that a worker makes ready itself cannot starve the others.
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
        // A receiver that runs again most likely has no other one behind it in the queue.
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
    /// Whether a message comes within a few looks at the mailbox, before the worker counts as spinning. So a sender that answers at
    /// once costs no wake-up.
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
        // The order matters: a reader between the two writes counts the time as idle twice, and never as busy.
        Volatile.Write(ref _idleTicks, _idleTicks + now - _idleSince);
        Volatile.Write(ref _idleSince, 0);
    }

    /// <summary>
    /// Spins until there is something to do: for the current receiver, which stays running so that its senders need not wake
    /// anybody, or for another one. False when the spinning time is over.
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

                // The clock was read fewer than 16 looks ago, so it is not read again for what was found.
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
