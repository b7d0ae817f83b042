using FireAndForget.Routing;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace FireAndForget.Orleans.Links;

/// <summary>
/// The outbound link to one silo. Outboxes put runs into the frame that is being filled. It is sent as soon as nothing is under
/// way, so a frame grows with the load and no message waits for a timer. Settlements of the other silo come back here.
/// </summary>
/// <remarks>
/// Orleans keeps no order between calls: frames are numbered, and the other silo puts them in order, as this one does with settlements.
/// After a failed call it is unknown what has arrived: a new session begins, the other silo reports what it has, and outboxes send the
/// rest again.
/// </remarks>
internal sealed partial class Link(ILinkPeer peer, SenderDirectory directory, LinkMetrics metrics, ILogger logger)
{
    /// <summary>How many frames may be under way at once.</summary>
    private const int Depth = 8;
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private readonly Queue<Frame> _filled = new();
    private readonly Dictionary<uint, Outbox> _outboxes = [];
    private readonly List<Outbox> _waiting = [];
    private Frame? _filling;
    private int _underWay;
    private uint _session = 1;
    private ulong _number;
    private bool _isBroken;
    private bool _isEnded;

    public SiloAddress Peer => peer.Address;

    public LinkMetrics Metrics => metrics;

    public Outbox[] Outboxes
    {
        get
        {
            lock (_lock)
            {
                return [.. _outboxes.Values];
            }
        }
    }

    public void Attach(Outbox outbox)
    {
        lock (_lock)
        {
            if (!_isEnded)
            {
                _outboxes[outbox.Key] = outbox;
            }
        }
    }

    public void Detach(Outbox outbox)
    {
        lock (_lock)
        {
            _outboxes.Remove(outbox.Key);
            _named.Remove(NameOf(outbox));
            _waiting.Remove(outbox);
        }
    }

    /// <summary>Takes the next messages of an outbox, in its turn.</summary>
    /// <param name="outbox">The outbox.</param>
    /// <param name="most">The most messages to take.</param>
    /// <param name="contexts">How many of them have a context.</param>
    /// <returns>How many; where it is 0 and messages are there, it was told to wait for room.</returns>
    public int Take(Outbox outbox, int most, out int contexts)
    {
        int taken = 0;
        contexts = 0;
        lock (_lock)
        {
            if (_isEnded)
            {
                // The outbox is called when there is room.
                return 0;
            }

            if (_directoryVersion != directory.Version)
            {
                // A number may belong to another id now, so all names are sent again.
                _directoryVersion = directory.Version;
                ForgetNames();
            }

            // Where a session has begun meanwhile, the outbox has not yet seen which messages are under way.
            while (
                taken < most
                && !outbox.HasNews
                && outbox.TryPeekNext(taken, out uint origin, out ReadOnlySpan<byte> message)
            )
            {
                Frame? frame = FrameWithRoom(Frame.RunBytes + EntryLength(outbox, origin, message.Length, out _));
                if (frame is null)
                {
                    outbox.WaitForRoom();
                    if (!_waiting.Contains(outbox))
                    {
                        _waiting.Add(outbox);
                    }

                    break;
                }

                taken += WriteRun(frame, outbox, taken, most - taken, ref contexts);
            }
        }

        return taken;
    }

    /// <summary>Sends what may be sent. Any thread.</summary>
    public void Pump()
    {
        while (TryNext(out Frame? frame, out Outbox[] waiting))
        {
            Array.ForEach(waiting, outbox => outbox.RoomMade());
            _ = SendAsync(frame!);
        }
    }

    /// <summary>Ends the link, because the other silo is dead.</summary>
    /// <returns>The outboxes whose messages went there.</returns>
    public Outbox[] End()
    {
        lock (_lock)
        {
            _isEnded = true;
            Outbox[] outboxes = [.. _outboxes.Values];
            _outboxes.Clear();
            _waiting.Clear();
            FreeFrames();
            return outboxes;
        }
    }

    private bool TryNext(out Frame? frame, out Outbox[] waiting)
    {
        frame = null;
        waiting = [];
        lock (_lock)
        {
            if (_isBroken || _isEnded || _underWay >= Depth)
            {
                return false;
            }

            if (!_filled.TryDequeue(out frame))
            {
                // A frame that is not full waits until nothing is under way, and may grow meanwhile.
                if (_underWay != 0 || _filling is null)
                {
                    return false;
                }

                (frame, _filling) = (_filling, null);
            }

            frame.Session = _session;
            frame.Number = _number++;
            frame.SettledThrough = _settledThrough;
            _underWay++;
            if (_waiting.Count != 0)
            {
                waiting = [.. _waiting];
                _waiting.Clear();
            }
        }

        metrics.Sent(frame.Messages, frame.WireLength);
        return true;
    }

    private async Task SendAsync(Frame frame)
    {
        Exception? failure = null;
        try
        {
            byte[]? settlement = await peer.DeliverAsync(frame).ConfigureAwait(false);
            if (settlement is not null)
            {
                Settle(settlement);
            }
        }
        catch (Exception e)
        {
            failure = e;
        }

        bool broke = false;
        lock (_lock)
        {
            _underWay--;
            if (failure is not null && frame.Session == _session && !_isBroken && !_isEnded)
            {
                _isBroken = broke = true;
            }
        }

        if (failure is null)
        {
            // The frame is freed after a successful call only: after a failed one it may still be being sent, and is left to the
            // garbage collector.
            frame.Free();
        }

        if (broke)
        {
            LogBroken(logger, Peer, failure!.Message);
            await ResumeAsync().ConfigureAwait(false);
        }
        else
        {
            Pump();
        }
    }

    /// <summary>
    /// Begins a new session: asks the other silo, as soon as it answers, what has arrived, and has the rest sent again. Ends when
    /// that silo is declared dead.
    /// </summary>
    private async Task ResumeAsync()
    {
        while (!Volatile.Read(ref _isEnded))
        {
            uint session;
            ulong settledThrough;
            lock (_lock)
            {
                session = ++_session;
                settledThrough = _settledThrough;
            }

            try
            {
                LinkState state = await peer.ResumeAsync(session, settledThrough).ConfigureAwait(false);
                foreach (byte[] settlement in state.Settlements)
                {
                    Settle(settlement);
                }

                Outbox[] outboxes;
                lock (_lock)
                {
                    _number = 0;
                    FreeFrames();
                    ForgetNames();
                    foreach (Outbox outbox in _outboxes.Values)
                    {
                        // Messages of an outbox that the other silo does not know have never arrived there.
                        outbox.SendAgainFrom(state.Next.GetValueOrDefault(outbox.Key, 0));
                    }

                    outboxes = [.. _outboxes.Values.Union(_waiting)];
                    _waiting.Clear();
                    _isBroken = false;
                }

                metrics.Resumed();
                Array.ForEach(outboxes, outbox => outbox.RoomMade());
                return;
            }
            catch (Exception e)
            {
                LogNotResumed(logger, Peer, e.Message);
                await Task.Delay(RetryPause).ConfigureAwait(false);
            }
        }
    }

    private void FreeFrames()
    {
        // Their memory is left to the garbage collector, because one of them may just be being sent.
        _filled.Clear();
        _filling = null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The link to {Peer} broke: {Reason}")]
    private static partial void LogBroken(ILogger logger, SiloAddress peer, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The link to {Peer} is still broken: {Reason}")]
    private static partial void LogNotResumed(ILogger logger, SiloAddress peer, string reason);
}
