namespace FireAndForget.Orleans.Links;

// What the other silo may not tell. Silos of this package never do; what is checked here holds one back that is broken or hostile, so that
// it takes no memory without end and gives no message an outcome that it has not.
internal sealed partial class Inbound
{
    /// <summary>How far ahead of the next frame one may come. A silo has fewer under way.</summary>
    private const int MostAhead = 64;

    /// <summary>How many numbers of senders, and how many keys of targets, may have names.</summary>
    private const int MostNames = 1 << 20;

    /// <summary>
    /// How many bytes may wait for room in one receiver's mailbox: more than an outbox may hold. Default 256 MiB; tests set less.
    /// </summary>
    internal long MostWaitingBytes { get; init; } = 256L << 20;

    /// <summary>
    /// How many bytes of settlements may wait until the other silo confirms them, which it does with each frame. An answer is in its
    /// settlement. Default 256 MiB; tests set less.
    /// </summary>
    internal long MostUnconfirmedBytes { get; init; } = 256L << 20;

    /// <summary>What a settlement takes besides its bytes.</summary>
    private const int SettlementOverhead = 64;

    /// <summary>The fewest targets among which those are looked for that nobody needs.</summary>
    private const int FewTargets = 64;

    /// <summary>The target of each id by the key that came last.</summary>
    private readonly Dictionary<string, ArrivalTarget> _newest = new(StringComparer.Ordinal);
    private int _lookAt = FewTargets;

    /// <summary>Refuses a frame that no silo sends which keeps to the protocol; nothing of it is taken.</summary>
    /// <exception cref="InvalidDataException">It is such a frame.</exception>
    private void Check(Frame frame)
    {
        if (frame.Session > _session)
        {
            throw Wrong($"a frame of session {frame.Session} came, and session {_session} is the last that began");
        }

        if (frame.Session != _session || frame.Number < _next)
        {
            return;
        }

        if (frame.Number - _next > MostAhead || _early.ContainsKey(frame.Number))
        {
            throw Wrong($"frame {frame.Number} came twice, or too early where {_next} is next");
        }

        if (
            _unconfirmed.Count > MostAhead
            && _unconfirmed.Sum(told => (long)told.Bytes.Length + SettlementOverhead) > MostUnconfirmedBytes
        )
        {
            throw Wrong(
                $"{_unconfirmed.Count} settlements were not confirmed, the last that was is {frame.SettledThrough}"
            );
        }
    }

    private void CheckConfirmed(ulong through)
    {
        if (through > _settlement)
        {
            throw Wrong($"settlement {through} was confirmed, and {_settlement} is the last");
        }
    }

    /// <summary>Makes sure that no more waits for room than outboxes of the other silo let be under way.</summary>
    /// <exception cref="InvalidDataException">More would; the run is not taken.</exception>
    private void CheckRoom(ArrivalTarget target, int bytes)
    {
        if (target.Room.Bytes + bytes > MostWaitingBytes)
        {
            throw Wrong(
                $"{bytes} bytes came for '{target.Id}', for which {target.Room.Bytes} bytes wait and at most {MostWaitingBytes} may"
            );
        }
    }

    /// <summary>The target that a key stands for.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    private ArrivalTarget TargetOf(uint key) =>
        _targets.GetValueOrDefault(key) ?? throw Wrong($"messages came for the target {key}, for which no name came");

    private void NameTarget(uint key, string id)
    {
        if (_targets.TryGetValue(key, out ArrivalTarget? known))
        {
            if (known.Id != id)
            {
                throw Wrong($"the target {key} was '{known.Id}', and '{id}' came");
            }

            return;
        }

        CheckNames(_targets.Count);
        ArrivalTarget target = new(key, id, _newest.GetValueOrDefault(id)?.Room ?? new());
        _targets.Add(key, target);
        _newest[id] = target;
    }

    private void NameSender(uint number, string id)
    {
        if (!_senders.TryGetValue(number, out ArrivalSender? known))
        {
            CheckNames(_senders.Count);
        }

        if (known?.Id != id)
        {
            _senders[number] = new(id);
        }
    }

    /// <summary>Names the topic of a sender's number, behind the name of its publisher.</summary>
    private void NameTopic(uint number, string topic)
    {
        if (!_senders.TryGetValue(number, out ArrivalSender? publisher))
        {
            throw Wrong($"the topic '{topic}' came for the sender {number}, for which no name came");
        }

        if (publisher.Topic != topic)
        {
            _senders[number] = new(publisher.Id) { Topic = topic };
        }
    }

    private void CheckNames(int count)
    {
        if (count >= MostNames)
        {
            throw Wrong($"more than {MostNames} names came");
        }
    }

    /// <summary>
    /// Forgets targets whose outboxes got other keys, and those that are not here any more: with each move, and each id that comes and goes,
    /// there would be more of them. Where the other silo knows that all is settled it asks nothing of them; should it send to one all the
    /// same, the link begins anew, with all names.
    /// </summary>
    private void ForgetTargets()
    {
        if (_targets.Count < _lookAt)
        {
            return;
        }

        ulong confirmed = _unconfirmed.Count == 0 ? _settlement : _unconfirmed.First().Number - 1;
        foreach (ArrivalTarget target in _targets.Values)
        {
            bool isNewest = _newest.GetValueOrDefault(target.Id) == target;
            bool isNeeded =
                target.IsActive
                || target.Ended.Count != 0
                || target.ToldWith > confirmed
                || isNewest && _host.FindTarget(target.Id) is not null;
            if (isNeeded || !target.IsIdle)
            {
                // Who sends may not know yet that the id has gone: two looks find nothing of it before it is forgotten.
                target.IsIdle = !isNeeded;
                continue;
            }

            _targets.Remove(target.Key);
            if (isNewest)
            {
                _newest.Remove(target.Id);
            }
        }

        _lookAt = Math.Max(FewTargets, 2 * _targets.Count);
    }

    private InvalidDataException Wrong(string problem) =>
        new($"The silo {Peer} does not keep to the protocol: {problem}. Its link has to begin anew.");
}
