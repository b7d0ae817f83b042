using FireAndForget.Mailboxes;

namespace FireAndForget.Tests.Soak;

/// <summary>
/// A thread that removes components and adds others under the same ids, replaces some while messages fly, tries to load what cannot be loaded, and takes snapshots of
/// the statistics meanwhile.
/// </summary>
internal sealed class Upheaval
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly MessagingHost _host;
    private readonly IReadOnlyList<Slot> _slots;
    private readonly ReaderWriterLockSlim _gate;
    private readonly Random _random;
    private readonly Thread _thread;
    private volatile string? _problem;
    private volatile bool _stopping;
    private int _next;

    public Upheaval(MessagingHost host, IReadOnlyList<Slot> slots, ReaderWriterLockSlim gate, int seed)
    {
        _host = host;
        _slots = slots;
        _gate = gate;
        _random = new(seed);
        _thread = new(Run) { Name = "soak upheaval", IsBackground = true };
    }

    public long Loads { get; private set; }

    public long FailedLoads { get; private set; }

    public long Removals { get; private set; }

    public long Replacements { get; private set; }

    public long Snapshots { get; private set; }

    public string? Problem => _problem;

    /// <summary>Fills every slot.</summary>
    public void FillAll()
    {
        foreach (Slot slot in _slots)
        {
            Fill(slot);
        }
    }

    public void Start() => _thread.Start();

    public void Stop()
    {
        _stopping = true;
        _thread.Join();
    }

    /// <summary>Removes the hostile guests, of which some go on for ever.</summary>
    public void RemoveHostile()
    {
        foreach (Slot slot in _slots.Where(s => s.Kind == SlotKind.Hostile))
        {
            Empty(slot);
        }
    }

    private void Run()
    {
        try
        {
            while (!_stopping)
            {
                _gate.EnterReadLock();
                try
                {
                    Step();
                }
                finally
                {
                    _gate.ExitReadLock();
                }

                Thread.Sleep(Pause);
            }
        }
        catch (Exception e)
        {
            _problem ??= $"loading or removing threw: {e}";
        }
    }

    private void Step()
    {
        // One after the other, so that each is looked at, and now and then one by chance.
        Slot slot = _random.Next(4) == 0 ? _slots[_random.Next(_slots.Count)] : _slots[_next++ % _slots.Count];
        slot.Forget();
        bool replaces = slot.Kind == SlotKind.Innocent && _random.Next(4) == 0;
        if (slot.Kind != SlotKind.Stable && (slot.Current is null or { IsStopped: true } || replaces))
        {
            Empty(slot);
            if (_random.Next(8) != 0)
            {
                Fill(slot);
            }
        }
        else if (slot.Kind != SlotKind.Hostile && _random.Next(2) == 0)
        {
            Replace(slot);
        }

        foreach (Slot hostile in _slots.Where(s => s.Kind == SlotKind.Hostile))
        {
            if (_random.Next(100) == 0)
            {
                Empty(hostile);
                Fill(hostile);
            }
        }

        HostStatistics statistics = _host.Statistics;
        Snapshots++;
        _problem ??= Balance.InAnySnapshot("the host, in a snapshot", statistics.Messages).FirstOrDefault();
    }

    private void Empty(Slot slot)
    {
        if (slot.Empty())
        {
            Removals++;
        }
    }

    private void Fill(Slot slot)
    {
        string file = slot.Kind switch
        {
            SlotKind.Stable => GuestFiles.Echo,
            SlotKind.Innocent => GuestFiles.Innocent[_random.Next(GuestFiles.Innocent.Count)],
            _ => GuestFiles.Hostile[_random.Next(GuestFiles.Hostile.Count)],
        };
        try
        {
            slot.Fill(_host.AddComponent(slot.Id, file, Options(slot, file)), file);
            Loads++;
        }
        catch (ComponentLoadException) when (slot.Kind == SlotKind.Hostile)
        {
            FailedLoads++;
        }
    }

    /// <summary>Puts another guest in the component's place. Its options stay: what may send to whom does not depend on the guest then.</summary>
    private void Replace(Slot slot)
    {
        string file =
            slot.Kind == SlotKind.Stable
                ? GuestFiles.Echo
                : GuestFiles.Innocent[_random.Next(GuestFiles.Innocent.Count)];
        if (slot.Current is not { IsStopped: false } component || IsRelay(file) != IsRelay(slot.File))
        {
            return;
        }

        try
        {
            component.Replace(ComponentSource.FromFile(file));
            slot.Fill(component, file);
            Replacements++;
        }
        catch (InvalidOperationException) when (component.IsStopped)
        {
            // It used up its restarts meanwhile.
        }
    }

    private static bool IsRelay(string file) =>
        new[] { GuestFiles.Relay, GuestFiles.Asking }.Any(relay => Path.GetFileName(file) == Path.GetFileName(relay));

    private ComponentOptions Options(Slot slot, string file) =>
        slot.Kind switch
        {
            SlotKind.Stable => new()
            {
                SendsTo = [$"{Load.Prefix}*"],
                ReceivesFrom = [$"{Load.Prefix}*"],
                Limits = new() { MessageTimeout = TimeSpan.FromSeconds(30) },
            },
            SlotKind.Innocent => new()
            {
                // Two that send back would send to each other for ever; a relay's message gets shorter each time.
                SendsTo = IsRelay(file) ? ["*"] : [$"{Load.Prefix}*"],
                SubscribesTo = _random.Next(4) == 0 ? [Publisher.TopicOf(_random.Next(Publisher.Topics))] : [],
                Mailbox = _random.Next(4) switch
                {
                    0 => new() { Messages = 64, OverflowPolicy = OverflowPolicy.DropOldest },
                    1 => new() { Messages = 16, Bytes = 16 << 10 },
                    2 => new() { Messages = 8192, Bytes = 4 << 20 },
                    _ => new(),
                },
                Codecs = _random.Next(16) == 0 ? [MessageCodec.Raw, new MessageCodec(GuestFiles.EchoCommand)] : null,
                Rate = _random.Next(16) == 0 ? new() { MessagesPerSecond = 1000, Burst = 100 } : null,
                Quota = new() { Messages = _random.Next(16) == 0 ? 10_000 : 0 },
                Restart = new() { Max = _random.Next(8) == 0 ? 2 : 1000 },
                Limits = new() { MessageTimeout = TimeSpan.FromSeconds(30) },
            },
            _ => new()
            {
                SendsTo = ["*"],
                Limits = new()
                {
                    MessageTimeout = TimeSpan.FromMilliseconds(20),
                    LoadTimeout = TimeSpan.FromMilliseconds(50),
                },
                Quota = new() { Messages = 20_000 },
                Restart = new() { Max = 3 },
            },
        };
}
