using System.Buffers.Binary;
using System.Text;
using FireAndForget.Messages;
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
    /// <summary>The bytes of a frame's runs; a larger message gets a frame of its own.</summary>
    private const int FrameBytes = 128 * 1024;

    /// <summary>How many frames may be under way at once.</summary>
    private const int Depth = 8;

    /// <summary>How many full frames wait at most.</summary>
    private const int MostFilled = 4;

    /// <summary>How far ahead of the next settlement one may come, and how many bytes of such ones are kept.</summary>
    private const int MostEarlySettlements = 1 << 20;
    private const long MostEarlyBytes = 256L << 20;
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private readonly Queue<Frame> _filled = new();
    private readonly Dictionary<uint, Outbox> _outboxes = [];
    private readonly List<Outbox> _waiting = [];
    private readonly SortedDictionary<ulong, byte[]> _earlySettlements = [];

    /// <summary>Which numbers of senders, and which keys of targets, the other silo knows.</summary>
    private readonly HashSet<ulong> _named = [];
    private int _directoryVersion;

    /// <summary>The sender that was looked up in there last.</summary>
    private uint _lastNamed = uint.MaxValue;
    private long _earlyBytes;
    private Frame? _filling;
    private int _underWay;
    private uint _session = 1;
    private ulong _number;
    private ulong _settledThrough;
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

    /// <summary>Takes a settlement of the other silo. Settlements are applied in order, also where they do not arrive so.</summary>
    /// <exception cref="InvalidDataException">It is none that a silo sends which keeps to the protocol; it changes nothing.</exception>
    public void Settle(byte[] settlement)
    {
        ulong number = Settlement.NumberOf(settlement);
        IReadOnlyList<TargetSettlement> targets = Settlement.Read(settlement);
        lock (_lock)
        {
            if (number <= _settledThrough || _earlySettlements.ContainsKey(number))
            {
                return;
            }

            if (number != _settledThrough + 1)
            {
                KeepEarly(number, settlement);
                return;
            }

            Apply(targets);
            while (_earlySettlements.Remove(_settledThrough + 1, out byte[]? next))
            {
                _earlyBytes -= next.Length;
                Apply(Settlement.Read(next));
            }
        }
    }

    private void KeepEarly(ulong number, byte[] settlement)
    {
        if (number - _settledThrough > MostEarlySettlements || _earlyBytes + settlement.Length > MostEarlyBytes)
        {
            throw new InvalidDataException(
                $"The silo {Peer} does not keep to the protocol: settlement {number} came, {_settledThrough + 1} is the next, and {_earlyBytes} bytes have come before their time."
            );
        }

        _earlySettlements.Add(number, settlement);
        _earlyBytes += settlement.Length;
    }

    private void Apply(IReadOnlyList<TargetSettlement> targets)
    {
        _settledThrough++;
        foreach (TargetSettlement target in targets)
        {
            if (_outboxes.TryGetValue(target.Key, out Outbox? outbox))
            {
                outbox.Settle(target);
            }
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

    private void ForgetNames()
    {
        _named.Clear();
        _lastNamed = uint.MaxValue;
    }

    private static ulong NameOf(Outbox outbox) => ((ulong)NameKind.Target << 32) | outbox.Key;

    private Frame? FrameWithRoom(int need)
    {
        if (_isBroken)
        {
            return null;
        }

        if (_filling is not null && _filling.Room < need)
        {
            if (_filled.Count >= MostFilled)
            {
                return null;
            }

            _filled.Enqueue(_filling);
            _filling = null;
        }

        return _filling ??= Frame.Rent(Math.Max(FrameBytes, need));
    }

    private int WriteRun(Frame frame, Outbox outbox, int ahead, int most, ref int contexts)
    {
        Span<byte> run = frame.FreeRuns;
        if (_named.Add(NameOf(outbox)))
        {
            frame.Name(outbox.Key, NameKind.Target, outbox.Self.IdBytes);
        }

        int at = Frame.RunBytes;
        int count = 0;
        while (count < most && outbox.TryPeekNext(ahead + count, out uint origin, out ReadOnlySpan<byte> message))
        {
            int length = EntryLength(outbox, origin, message.Length, out MessageContext? context);
            if (run.Length - at < length)
            {
                break;
            }

            WriteEntry(frame, run.Slice(at, length), origin, message, context);
            contexts += context is null ? 0 : 1;
            at += length;
            count++;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(run, outbox.Key);
        BinaryPrimitives.WriteUInt32LittleEndian(run[4..], (uint)count);
        BinaryPrimitives.WriteInt64LittleEndian(run[8..], outbox.NumberOfNext(ahead));
        BinaryPrimitives.WriteUInt32LittleEndian(run[16..], (uint)(at - Frame.RunBytes));
        run.Slice(20, 4).Clear();
        frame.RunsLength += at;
        frame.Messages += count;
        return count;
    }

    private void WriteEntry(
        Frame frame,
        Span<byte> entry,
        uint origin,
        ReadOnlySpan<byte> message,
        MessageContext? context
    )
    {
        uint sender = context is null ? origin : context.Publication?.Number ?? context.Sender.Number;
        bool hasTopic = MessageOrigin.HasTopic(sender);
        if (sender != _lastNamed)
        {
            _lastNamed = sender;
            if (_named.Add(((ulong)NameKind.Sender << 32) | sender))
            {
                frame.Name(sender, NameKind.Sender, directory.BytesOf(sender));
                if (hasTopic)
                {
                    frame.Name(sender, NameKind.Topic, directory.TopicOf(sender).Bytes);
                }
            }
        }

        if (hasTopic)
        {
            frame.NeedTopics();
        }

        BinaryPrimitives.WriteUInt32LittleEndian(entry, context is null ? sender : sender | Frame.ExtrasFlag);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], (uint)message.Length);
        int at = Frame.EntryBytes;
        if (context is not null)
        {
            string trace = context.Send?.Id ?? "";
            MessageExtras extras =
                (context.Listener is null ? MessageExtras.None : MessageExtras.Awaited)
                | (context.Request is null ? MessageExtras.None : MessageExtras.Request);
            Span<byte> head = entry.Slice(at, Frame.ExtrasBytes);
            head.Clear();
            BinaryPrimitives.WriteUInt16LittleEndian(head, (ushort)trace.Length);
            head[2] = (byte)extras;
            Encoding.ASCII.GetBytes(trace, entry[(at + Frame.ExtrasBytes)..]);
            at += Frame.ExtrasBytes + Frame.Padded(trace.Length);
        }

        message.CopyTo(entry[at..]);
    }

    private static int EntryLength(Outbox outbox, uint origin, int length, out MessageContext? context)
    {
        context = MessageOrigin.HasContext(origin) ? outbox.ContextOf(origin) : null;
        int extras = context is null ? 0 : Frame.ExtrasBytes + Frame.Padded(context.Send?.Id?.Length ?? 0);
        return Frame.EntryBytes + extras + Frame.Padded(length);
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
