using FireAndForget.Dispatching;
using FireAndForget.Routing;
using FireAndForget.Tests.Exploring;
using FireAndForget.Time;

namespace FireAndForget.Tests.Dispatching;

/// <summary>
/// A receiver with other work than messages, in as few steps as there can be: it is rung, and a worker has to hear it. It looks
/// whether one worker has it at a time, and whether it counts as long exactly where its turns were.
/// </summary>
/// <param name="self">Its registration.</param>
/// <param name="services">Its host.</param>
internal sealed class Bell(Participant self, HostServices services) : Receiver(self, new(), services)
{
    /// <summary>The ticks of a turn that is long by itself.</summary>
    private const int Long = 2;

    private readonly EpochTicker _ticker = services.Ticker;
    private int _rings;
    private int _heard;
    private bool _isAtWork;
    private int _ticks;
    private bool _wasLong;

    /// <summary>What it does when it is heard; answers how many ticks that takes.</summary>
    public Func<int> OnRing { get; set; } = () => 0;

    /// <summary>Whether its worker is to believe that it has more to do, as where messages come one by one.</summary>
    public bool HasMore { get; init; }

    protected override bool HasOtherWork => _heard != _rings;

    protected override long TicksMet => _ticks;

    public void Ring()
    {
        _rings++;
        Wake();
    }

    public void AwaitHearing() => Threads.WaitFor(() => !HasOtherWork, $"somebody to hear {Self.Id}");

    /// <summary>From now on it counts as long, until a worker has had it.</summary>
    public void MakeLong()
    {
        Note(Long);
        NoteTurn(Long);
    }

    protected override int DeliverNext(int quota)
    {
        Expect.True(!_isAtWork, () => $"Two workers have {Self.Id}.");
        Expect.Equal(_wasLong, IsLong, $"whether {Self.Id} is long");
        _isAtWork = true;
        int ticks = 0;
        if (HasOtherWork)
        {
            int heard = _rings;
            ticks = OnRing();
            for (int i = 0; i < ticks; i++)
            {
                _ticker.MoveOn();
            }

            _heard = heard;
        }

        Note(ticks);
        _isAtWork = false;
        return HasMore ? 1 : 0;
    }

    private void Note(int ticks)
    {
        _wasLong = ticks != 0 && ticks + _ticks >= Long;
        _ticks = ticks;
    }
}
