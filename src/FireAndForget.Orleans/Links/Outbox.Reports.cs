using FireAndForget.Messages;
using FireAndForget.Routing;

namespace FireAndForget.Orleans.Links;

// Reports: what the other silo, or its death, says of messages under way. Any thread reports; the outbox's turn settles by it.
internal sealed partial class Outbox
{
    private readonly Queue<News> _news = new();
    private volatile bool _hasNews;

    /// <summary>How many messages with a context are under way, or more. Only its turn uses it.</summary>
    private int _contexts;

    /// <summary>Takes the other silo's report of what became of messages.</summary>
    public void Settle(TargetSettlement settlement) => Add(new Settled(settlement.Through, settlement.Ended));

    /// <summary>Has the messages from a number on sent again: the link was broken, and they have not arrived.</summary>
    public void SendAgainFrom(long number) => Add(new SentAgain(number));

    /// <summary>
    /// Ends the link, because the other silo is dead: messages under way have an unknown fate, and those that wait go to the next
    /// link.
    /// </summary>
    /// <param name="reason">Why, for the dead letters.</param>
    /// <param name="isSentAgain">Whether what is under way is sent again, to where the receiver is then.</param>
    public void LoseLink(string reason, bool isSentAgain)
    {
        _link = null;
        _waitsForRoom = false;
        Add(isSentAgain ? new SentAgain(0) : new Lost(reason));
    }

    /// <summary>
    /// Ends the outbox: messages under way are lost, and those that wait are undeliverable, because nobody will ever report on
    /// them.
    /// </summary>
    public void EndWith(string reason)
    {
        LoseLink(reason, isSentAgain: false);
        Close(reason);
    }

    private void Add(News news)
    {
        lock (_lock)
        {
            _news.Enqueue(news);
        }

        Look();
    }

    private int TakeNews()
    {
        int settled = 0;
        _hasNews = false;
        while (true)
        {
            News? news;
            lock (_lock)
            {
                if (!_news.TryDequeue(out news))
                {
                    if (_taken == 0)
                    {
                        _contexts = 0;
                        _quiet?.TrySetResult();
                    }

                    return settled;
                }
            }

            settled += news switch
            {
                Settled of => SettleThrough(of.Through, of.Ended),
                SentAgain of => RewindTo(of.Number),
                Lost of => LoseTaken(of.Reason),
                _ => 0,
            };
            Ledger.InFlight = _taken;
        }
    }

    private int SettleThrough(long through, IReadOnlyList<Ended> ended)
    {
        int count = (int)Math.Clamp(through - Mailbox.NumberOf(0) + 1, 0, _taken);
        int settled = 0;
        int next = 0;
        while (settled < count)
        {
            long number = Mailbox.NumberOf(0);
            while (next < ended.Count && ended[next].Number < number)
            {
                next++;
            }

            // The run ends before the next message with another outcome than handled, or with an answer.
            int run =
                next < ended.Count ? (int)Math.Min(ended[next].Number - number, count - settled) : count - settled;
            if (run != 0)
            {
                settled += run;
                SettleHandled(run);
                continue;
            }

            Ended one = ended[next++];
            settled++;
            Volatile.Write(ref _taken, _taken - 1);
            SettleOne(one);
        }

        return settled;
    }

    private void SettleOne(Ended ended)
    {
        if (ended.Outcome != Outcome.Handled)
        {
            SettleFirst(ended.Outcome, ended.Reason);
            return;
        }

        if (
            ended.Answer is { } answer
            && Mailbox.TryLook(out uint origin, out _)
            && MessageOrigin.HasContext(origin)
            && Contexts!.Of(origin).Request?.Take(answer) is { } problem
        )
        {
            // The other silo checks the length, too, by what it knows of who asked.
            SettleFirst(Outcome.Rejected, problem);
            return;
        }

        SettleFirstHandled();
    }

    /// <summary>Settles messages that were handled; those whose outcome somebody waits for one by one.</summary>
    private void SettleHandled(int count)
    {
        Volatile.Write(ref _taken, _taken - count);
        if (_contexts == 0)
        {
            Record(Outcome.Handled, count);
            return;
        }

        for (int i = 0; i < count; i++)
        {
            SettleFirstHandled();
        }
    }

    private void SettleFirstHandled()
    {
        Mailbox.TryLook(out uint origin, out _);
        if (!MessageOrigin.HasContext(origin))
        {
            Record(Outcome.Handled, 1);
            return;
        }

        Ledger.BeginReporting();
        try
        {
            long number = NumberOf(0);
            Record(Outcome.Handled, 1);
            Contexts!.End(origin, Self.Id, number, Outcome.Handled);
        }
        finally
        {
            Ledger.EndReporting();
        }
    }

    private int LoseTaken(string reason)
    {
        int lost = _taken;
        while (_taken != 0)
        {
            Volatile.Write(ref _taken, _taken - 1);
            SettleFirst(Outcome.Lost, reason);
        }

        return lost;
    }

    private int RewindTo(long number)
    {
        if (_taken != 0)
        {
            Volatile.Write(ref _taken, (int)Math.Clamp(Math.Max(0, number) - Mailbox.NumberOf(0), 0, _taken));
        }

        return 0;
    }

    private abstract record News;

    private sealed record Settled(long Through, IReadOnlyList<Ended> Ended) : News;

    private sealed record SentAgain(long Number) : News;

    private sealed record Lost(string Reason) : News;
}
