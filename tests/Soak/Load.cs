using System.Buffers.Binary;
using System.Text;
using FireAndForget.Mailboxes;

namespace FireAndForget.Tests.Soak;

/// <summary>
/// A thread that sends messages of all sizes as an endpoint of its own, and receives the answers. What its stable components send
/// back must come in order and whole.
/// </summary>
internal sealed class Load
{
    /// <summary>How the ids of all such endpoints start.</summary>
    public const string Prefix = "sender/";

    /// <summary>The endpoints to which components pass messages on.</summary>
    public static IReadOnlyList<string> Sinks { get; } = ["sink/newest", "sink/throws"];

    private const int HeaderLength = 9;
    private const int LargeMessage = 4 << 10;
    private const int LargestMessage = 1 << 20;
    private const int LargestRing = 8 << 20;

    // Those that hostile guests react to.
    private static readonly int[] HostileLengths =
    [
        1,
        5,
        .. Enumerable.Range(1000, 12),
        .. Enumerable.Range(2000, 12),
        .. Enumerable.Range(3000, 12),
        40_000,
    ];

    private readonly MessagingEndpoint _endpoint;
    private readonly IReadOnlyList<Slot> _slots;
    private readonly PreparedSender[] _routes;
    private readonly ReaderWriterLockSlim _gate;
    private readonly Random _random;
    private readonly byte[] _content = new byte[LargestMessage];
    private readonly byte[] _buffer = new byte[LargestMessage];
    private readonly long[] _answers = new long[Enum.GetValues<SendStatus>().Length];
    private readonly Dictionary<string, long> _lastNumbers = [];
    private readonly Thread _thread;
    private long _number;
    private long _requests;
    private long _replies;
    private long _handlerCalls;
    private long _echoes;
    private volatile string? _problem;
    private volatile bool _stopping;

    /// <summary>A load that has not started.</summary>
    /// <param name="host">Where its endpoint is.</param>
    /// <param name="name">What stands behind the prefix in its id.</param>
    /// <param name="slots">Where it sends; it has the stable ones to itself.</param>
    /// <param name="gate">Taken for reading while it sends.</param>
    /// <param name="seed">Decides what it sends.</param>
    public Load(MessagingHost host, string name, IReadOnlyList<Slot> slots, ReaderWriterLockSlim gate, int seed)
    {
        _endpoint = host.AddEndpoint(
            Prefix + name,
            OnMessage,
            new()
            {
                MaxMessageBytes = LargestMessage,
                Mailbox = new() { Messages = 4096, Bytes = 4 << 20 },
            }
        );
        _slots = slots;
        _routes = [.. slots.Select(slot => _endpoint.Prepare(slot.Id))];
        _gate = gate;
        _random = new(seed);
        _random.NextBytes(_content);
        _thread = new(Run) { Name = $"soak {name}", IsBackground = true };
    }

    public MessagingEndpoint MessagingEndpoint => _endpoint;

    public long HandlerCalls => Interlocked.Read(ref _handlerCalls);

    /// <summary>Answers of stable components that came in order and whole.</summary>
    public long Echoes => Interlocked.Read(ref _echoes);

    /// <summary>What was wrong with an answer; null where nothing was.</summary>
    public string? Problem => _problem;

    /// <summary>Its requests that were accepted. When the host has stopped each of them has its reply.</summary>
    public long Requests => _requests;

    /// <summary>The replies to them.</summary>
    public long Replies => Interlocked.Read(ref _replies);

    public long Answers(SendStatus status) => _answers[(int)status];

    public void Start() => _thread.Start();

    /// <summary>
    /// Before it starts: lets each innocent component and its mailbox take all the memory that they will ever need, so that what
    /// grows later is not that.
    /// </summary>
    public void Fill()
    {
        foreach (Slot slot in _slots.Where(s => s.Kind != SlotKind.Hostile))
        {
            _answers[(int)_endpoint.Send(slot.Id, Numbered(LargestMessage).Span)]++;
            for (int sent = 0; sent < LargestRing; sent += LargeMessage)
            {
                _answers[(int)_endpoint.Send(slot.Id, Numbered(LargeMessage).Span)]++;
            }
        }
    }

    public void Stop()
    {
        _stopping = true;
        _thread.Join();
        // Each request has ended when the host has stopped; who awaits it may be a moment late.
        SpinWait.SpinUntil(() => Replies == _requests, TimeSpan.FromSeconds(10));
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
                    SendBurst();
                }
                finally
                {
                    _gate.ExitReadLock();
                }
            }
        }
        catch (Exception e)
        {
            _problem ??= $"a send threw: {e}";
        }
    }

    private void SendBurst()
    {
        int at = _random.Next(_slots.Count);
        Slot slot = _slots[at];
        int length = slot.Kind == SlotKind.Hostile ? HostileLengths[_random.Next(HostileLengths.Length)] : NextLength();
        // About as many bytes in each burst of large messages, and at the most as many messages as a mailbox takes.
        int count =
            slot.Kind == SlotKind.Hostile ? 1 : Math.Clamp((64 << 10) / Math.Max(1, length), 1, 1 + _random.Next(512));
        bool waits = _random.Next(64) == 0;
        for (int i = 0; i < count; i++)
        {
            ReadOnlyMemory<byte> message = slot.Kind == SlotKind.Stable ? Numbered(length) : Any(slot, length);
            SendStatus status =
                waits ? Wait(_routes[at], message)
                : _random.Next(32) == 0 ? Ask(slot.Id, message.Span)
                : _random.Next(16) == 0 ? _endpoint.Send(slot.Id, message.Span)
                : _routes[at].Send(message.Span);
            _answers[(int)status]++;
            if (status != SendStatus.Accepted)
            {
                // Not what it is about: a flood of refusals.
                Thread.Yield();
                return;
            }
        }
    }

    /// <summary>Mostly small; large ones take the way out of line.</summary>
    private int NextLength() =>
        _random.Next(1000) switch
        {
            < 600 => HeaderLength + _random.Next(24),
            < 900 => _random.Next(512),
            < 980 => _random.Next(8 << 10),
            < 999 => _random.Next(96 << 10),
            _ => _random.Next(LargestMessage + 1),
        };

    private static SendStatus Wait(PreparedSender route, ReadOnlyMemory<byte> message)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMilliseconds(50));
        try
        {
            ValueTask<SendStatus> sending = route.SendAsync(message, patience.Token);
            return sending.IsCompleted ? sending.Result : sending.AsTask().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            // The message was not sent and is not counted; the next one is sent without waiting.
            return route.Send(message.Span);
        }
    }

    private SendStatus Ask(string target, ReadOnlySpan<byte> message)
    {
        Task<Reply> asked = _endpoint.RequestAsync(target, message, TimeSpan.FromSeconds(5)).AsTask();
        // What is refused is known at once; what is accepted may be answered by then, too.
        if (asked.IsCompleted && asked.Result is { Outcome: ReplyOutcome.Refused, Status: var status })
        {
            return status;
        }

        _requests++;
        _ = CountReplyAsync(asked);
        return SendStatus.Accepted;
    }

    private async Task CountReplyAsync(Task<Reply> asked)
    {
        await asked.ConfigureAwait(false);
        Interlocked.Increment(ref _replies);
    }

    /// <summary>A message that comes back from a stable component: its number, and bytes that the number decides.</summary>
    private ReadOnlyMemory<byte> Numbered(int length)
    {
        length = Math.Max(length, HeaderLength);
        _number++;
        ContentOf(_number, length - HeaderLength).CopyTo(_buffer.AsSpan(HeaderLength));
        _buffer[0] = GuestFiles.EchoCommand;
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.AsSpan(1), _number);
        return _buffer.AsMemory(0, length);
    }

    private ReadOnlySpan<byte> ContentOf(long number, int length) =>
        _content.AsSpan((int)(number * 7919 % (LargestMessage - length + 1)), length);

    /// <summary>A message that the guest answers, passes on, traps on or takes.</summary>
    private ReadOnlyMemory<byte> Any(Slot slot, int length)
    {
        if (length == 0)
        {
            return default;
        }

        _content.AsSpan(0, Math.Min(length, 256)).CopyTo(_buffer);
        string? next =
            _random.Next(4) != 0 ? null
            : _random.Next(8) == 0 ? Sinks[_random.Next(Sinks.Count)]
            : _slots[_random.Next(_slots.Count)].Id;
        if (next is not null && slot.Kind != SlotKind.Hostile && length > next.Length)
        {
            _buffer[0] = (byte)Encoding.ASCII.GetBytes(next, _buffer.AsSpan(1));
        }
        else
        {
            // Seldom a trap, mostly what is sent back, else handled.
            _buffer[0] =
                _random.Next(20_000) == 0 ? (byte)0xFF
                : _random.Next(4) == 0 ? (byte)0
                : GuestFiles.EchoCommand;
        }

        return _buffer.AsMemory(0, length);
    }

    private void OnMessage(ReceivedMessage message)
    {
        _handlerCalls++;
        if (!message.Sender.StartsWith("stable/", StringComparison.Ordinal))
        {
            return;
        }

        long number = BinaryPrimitives.ReadInt64LittleEndian(message.Bytes[1..]);
        if (number <= _lastNumbers.GetValueOrDefault(message.Sender))
        {
            _problem ??= $"{message.Sender} answered {number} after {_lastNumbers[message.Sender]}";
        }

        _lastNumbers[message.Sender] = number;
        ReadOnlySpan<byte> content = message.Bytes[HeaderLength..];
        if (!content.SequenceEqual(ContentOf(number, content.Length)))
        {
            _problem ??= $"{message.Sender} answered {number} with other bytes than were sent";
        }

        _echoes++;
    }
}
