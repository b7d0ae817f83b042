namespace FireAndForget.Orleans.Links;

// What became of the messages, and how the other silo is told.
internal sealed partial class Inbound
{
    /// <summary>
    /// How long a settlement gets, or longer by the last answer in it: Orleans refuses calls that are too long, and one that is refused is
    /// refused each time.
    /// </summary>
    private const int MostSettlementBytes = 1 << 20;

    /// <summary>How many bytes of settlements the answer to <see cref="Resume"/> has, or more by the last one.</summary>
    private const int MostResumeBytes = 16 << 20;

    private void StartTimer(TimeSpan delay)
    {
        if (!_isTimed && !_isGone)
        {
            _isTimed = true;
            _timer.Change(delay, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Reports settlements by a call of its own.</summary>
    private async Task TellAsync()
    {
        (ulong Number, byte[] Bytes)[] settlements;
        lock (_lock)
        {
            _isTimed = false;
            if (_isFenced)
            {
                return;
            }

            WriteSettlement();
            settlements = [.. _unconfirmed];
        }

        try
        {
            foreach ((ulong number, byte[] bytes) in settlements)
            {
                await _host.SettleAsync(Peer, bytes).ConfigureAwait(false);
                lock (_lock)
                {
                    Confirm(number);
                }
            }
        }
        catch (Exception)
        {
            // The call is repeated until the other silo answers or is declared dead.
            lock (_lock)
            {
                StartTimer(RetryDelay);
            }
        }
    }

    private void Confirm(ulong through)
    {
        while (_unconfirmed.TryPeek(out (ulong Number, byte[] Bytes) first) && first.Number <= through)
        {
            _unconfirmed.Dequeue();
        }
    }

    private byte[]? WriteSettlement()
    {
        if (_toTell.Count == 0 || _isFenced)
        {
            return null;
        }

        byte[] settlement = Settlement.Write(++_settlement, TakeTold());
        _unconfirmed.Enqueue((_settlement, settlement));
        return settlement;
    }

    /// <summary>Takes what there is to tell, as much as goes into one settlement; the rest follows in further ones.</summary>
    private List<TargetSettlement> TakeTold()
    {
        List<TargetSettlement> told = [];
        int room = MostSettlementBytes;
        while (_toTell.Count != 0 && room > 0)
        {
            ArrivalTarget target = _toTell[^1];
            told.Add(target.TakeTold(ref room, out bool isAll));
            target.ToldWith = _settlement;
            if (isAll)
            {
                _toTell.RemoveAt(_toTell.Count - 1);
            }
        }

        if (_toTell.Count != 0)
        {
            StartTimer(TimeSpan.Zero);
        }

        return told;
    }

    /// <summary>The settlements that are not confirmed, from the first on: as many as go into one call. The rest is told by calls of its own.</summary>
    private List<byte[]> FirstUnconfirmed()
    {
        List<byte[]> first = [];
        int room = MostResumeBytes;
        foreach ((_, byte[] bytes) in _unconfirmed)
        {
            if (room <= 0)
            {
                StartTimer(SettlementDelay);
                break;
            }

            first.Add(bytes);
            room -= bytes.Length;
        }

        return first;
    }

    private void Collect()
    {
        for (int i = _active.Count - 1; i >= 0; i--)
        {
            ArrivalTarget target = _active[i];
            if (Collect(target) && !_toTell.Contains(target))
            {
                _toTell.Add(target);
            }

            if (target.Ranges.Count == 0 && target.Waiting.Count == 0)
            {
                target.IsActive = false;
                _active.RemoveAt(i);
            }
        }
    }

    /// <summary>Collects how many messages from the first on have their outcome.</summary>
    /// <returns>Whether any has that was not told.</returns>
    private bool Collect(ArrivalTarget target)
    {
        bool any = false;
        while (target.Ranges.TryPeek(out ArrivalRange? range))
        {
            int settled = range.CountSettled();
            if (settled == 0)
            {
                break;
            }

            any = true;
            _isUrgent |= range.Number <= target.Awaited;
            Tell(target, range, settled);
            target.Through = range.Number + settled - 1;
            if (settled < range.Count)
            {
                range.Skip(settled);
                break;
            }

            target.Ranges.Dequeue();
        }

        return any;
    }

    /// <summary>Removes the numbers of messages whose outcomes this link will ask for.</summary>
    /// <param name="watch">The watch of their receiver.</param>
    /// <param name="numbers">Numbers in the mailbox of that receiver.</param>
    public void RemoveClaimed(ReceiverWatch watch, HashSet<long> numbers)
    {
        lock (_lock)
        {
            foreach (ArrivalRange range in _active.SelectMany(target => target.Ranges).Where(r => r.Watch == watch))
            {
                for (int i = 0; i < range.Count; i++)
                {
                    numbers.Remove(range.Local + i);
                }
            }
        }
    }

    private void Tell(ArrivalTarget target, ArrivalRange range, int settled)
    {
        if (range.Refusal is { } refusal)
        {
            target.Ended.Add(new(range.Number, Outcome.Undeliverable, refusal));
            return;
        }

        if (range.Listener is null && !range.Watch!.HasAny)
        {
            _ended[(int)Outcome.Handled] += settled;
            return;
        }

        for (int i = 0; i < settled; i++)
        {
            bool isOther = range.Watch!.TryTake(range.Local + i, out Outcome outcome, out string reason);
            if (range.Listener is { } listener)
            {
                (outcome, reason) = (listener.Outcome, listener.Reason);
                isOther = outcome != Outcome.Handled || listener.Answer is not null;
            }

            if (isOther)
            {
                target.Ended.Add(new(range.Number + i, outcome, reason, range.Listener?.Answer));
            }

            _ended[(int)outcome]++;
        }
    }
}
