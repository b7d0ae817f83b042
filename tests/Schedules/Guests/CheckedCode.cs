using FireAndForget.Guests.Instances;
using FireAndForget.Mailboxes;
using FireAndForget.Messages;
using FireAndForget.Tests.Exploring;

namespace FireAndForget.Tests.Guests;

/// <summary>
/// A version of a guest whose instances look whether they are used as they may be: by one thread at a time, not after they were
/// disposed of, and not after a newer version. It traps at messages whose number says so.
/// </summary>
/// <param name="version">Which version it is.</param>
/// <param name="log">What all versions did.</param>
internal sealed class CheckedCode(int version, GuestOutput log) : GuestCode
{
    private int _live;
    private bool _isMaking;

    /// <summary>How many instances fail to be made.</summary>
    public int FailuresToCome { get; set; }

    public bool IsReleased { get; private set; }

    public override Guest Instantiate(IGuestHost host, LimitOptions limits)
    {
        Expect.True(!IsReleased, () => $"Version {version} was given back and is used.");
        Expect.True(!_isMaking, () => $"Two instances of version {version} are made at once.");
        _isMaking = true;
        // So that others may come while it is made.
        Interlocked.MemoryBarrier();
        _isMaking = false;
        Expect.True(!IsReleased, () => $"Version {version} was given back while an instance was made of it.");
        if (FailuresToCome-- > 0)
        {
            throw new ComponentLoadException("it cannot be made today");
        }

        _live++;
        return new CheckedGuest(this, host);
    }

    public override string DescribeRejection(int answer) => "";

    public override void Dispose() { }

    public void Release()
    {
        Expect.True(!IsReleased, () => $"Version {version} was given back twice.");
        IsReleased = true;
    }

    public void ExpectGone()
    {
        Expect.Equal(0, _live, $"live instances of version {version}");
        Expect.True(IsReleased, () => $"Version {version} was not given back.");
    }

    private sealed class CheckedGuest(CheckedCode code, IGuestHost host) : Guest
    {
        private const int MostInRun = 4;

        private readonly List<(uint Sender, int Length)> _answered = [];
        private bool _isDisposed;
        private bool _isInUse;

        public override long MemoryBytes
        {
            get
            {
                Use(() => { });
                return 1;
            }
        }

        /// <summary>As many as there were.</summary>
        public override long TicksMet => 100;

        public override Delivery Deliver(Mailbox mailbox, int quota)
        {
            Delivery delivery = default;
            code.Log.Enter();
            Use(() => delivery = DeliverNext(mailbox, quota));
            code.Log.Exit();
            return delivery;
        }

        public override Delivery DeliverReply(GuestReply reply) => throw new NotSupportedException("It asks nobody.");

        public override int Answer(int index, out uint sender, out int length)
        {
            (sender, length) = _answered[index];
            return 0;
        }

        public override void Dispose()
        {
            Expect.True(!_isDisposed, () => "An instance was disposed of twice.");
            Use(() => { });
            _isDisposed = true;
            code._live--;
        }

        /// <summary>As the guests of the library do: a run of what is there, then the look whether another version is to have it.</summary>
        private Delivery DeliverNext(Mailbox mailbox, int quota)
        {
            MessageSlot[] slots = new MessageSlot[Math.Min(quota, MostInRun)];
            byte[] bytes = new byte[8 * MostInRun];
            int count = mailbox.CopyRun(slots, bytes, out uint start);
            if (host.IsReplaced)
            {
                return default;
            }

            _answered.Clear();
            foreach (MessageSlot slot in slots.AsSpan(0, count))
            {
                int number = bytes[(int)(slot.End - 8 - start)];
                code.Log.Add(code.Version, slot.Sender, number);
                if (number >= GuestOutput.Trap)
                {
                    return new(_answered.Count, 0, new(Outcome.Trapped, "it trapped"));
                }

                _answered.Add((slot.Sender, (int)slot.Length));
            }

            return new(count, 0, null);
        }

        private void Use(Action body)
        {
            Expect.True(!_isDisposed, () => "An instance is used that was disposed of.");
            Expect.True(!_isInUse, () => "Two threads use an instance.");
            _isInUse = true;
            body();
            // So that others may come while it is used.
            Interlocked.MemoryBarrier();
            _isInUse = false;
        }
    }

    private GuestOutput Log => log;

    private int Version => version;
}
