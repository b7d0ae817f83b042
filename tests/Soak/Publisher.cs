using System.Buffers.Binary;

namespace FireAndForget.Tests.Soak;

/// <summary>
/// A thread that publishes to topics, to which components subscribe that come and go, and sends later messages, some of which it takes
/// back. An endpoint of its own, whose subscriptions change meanwhile, sees that what it gets comes in order.
/// </summary>
internal sealed class Publisher
{
    /// <summary>The topics; components subscribe to one of them each.</summary>
    public const int Topics = 4;

    private const string ReaderId = "topic/reads";
    private const int NumberBytes = sizeof(long);
    private const string Everything = "news/*";

    private static readonly string[] Names = [.. Enumerable.Range(0, Topics).Select(TopicOf)];
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(20);

    private readonly MessagingEndpoint _publisher;
    private readonly MessagingEndpoint _reader;
    private readonly ReaderWriterLockSlim _gate;
    private readonly Random _random;
    private readonly Thread _thread;

    /// <summary>The last number that came under each topic, and last of those that were sent later.</summary>
    private readonly long[] _seen = new long[Topics + 1];
    private readonly byte[] _message = new byte[48 << 10];
    private long _number;
    private long _handlerCalls;
    private long _published;
    private long _cancelled;
    private volatile string? _problem;
    private volatile bool _stopping;

    public Publisher(MessagingHost host, ReaderWriterLockSlim gate, int seed)
    {
        _publisher = host.AddEndpoint("topic/sends");
        _reader = host.AddEndpoint(ReaderId, OnMessage, new() { SubscribesTo = [Everything] });
        _gate = gate;
        _random = new(seed);
        _thread = new(Run) { Name = "soak topics", IsBackground = true };
    }

    public IReadOnlyList<MessagingEndpoint> MessagingEndpoints => [_publisher, _reader];

    public long HandlerCalls => Interlocked.Read(ref _handlerCalls);

    /// <summary>What it did, for the report.</summary>
    public string Report => $"{_published} publishes, {_cancelled} later messages cancelled";

    /// <summary>What was wrong; null where nothing was.</summary>
    public string? Problem => _problem;

    public static string TopicOf(int topic) => $"news/{topic % Topics}";

    public void Start() => _thread.Start();

    public void Stop()
    {
        _stopping = true;
        _thread.Join();
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
                    Act();
                }
                finally
                {
                    _gate.ExitReadLock();
                }

                Thread.Sleep(1);
            }
        }
        catch (Exception e)
        {
            _problem ??= $"a publish threw: {e}";
        }
    }

    private void Act()
    {
        if (_random.Next(100) == 0 && !_stopping)
        {
            // Twice the same, and so without a gap: the other pattern covers what this one does.
            _reader.Subscribe(Names[0]);
            _reader.Unsubscribe(Names[0]);
        }

        BinaryPrimitives.WriteInt64LittleEndian(_message.AsSpan(1), ++_number);
        // The first byte is no command of the guests. Long ones have their bytes shared by who subscribes.
        int length = _random.Next(16) == 0 ? _message.Length : 1 + NumberBytes + _random.Next(40);
        ReadOnlySpan<byte> message = _message.AsSpan(0, length);
        if (_random.Next(4) != 0)
        {
            PublishResult result = _publisher.Publish(Names[_random.Next(Topics)], message);
            _published++;
            if (result.Status is not (SendStatus.Accepted or SendStatus.Closed))
            {
                _problem ??= $"a publish was refused: {result}";
            }

            return;
        }

        LaterResult later = _publisher.SendLater(ReaderId, message, Delay);
        if (later.Status == SendStatus.Accepted && _random.Next(4) == 0 && _publisher.CancelLater(later.Number))
        {
            _cancelled++;
        }
    }

    private void OnMessage(ReceivedMessage message)
    {
        _handlerCalls++;
        int topic = message.Topic is { } name ? Array.IndexOf(Names, name) : Topics;
        if (topic < 0 || message.Sender != _publisher.Id)
        {
            _problem ??= $"a message came under {message.Topic} from {message.Sender}";
            return;
        }

        long number = BinaryPrimitives.ReadInt64LittleEndian(message.Bytes[1..]);
        if (number <= _seen[topic])
        {
            _problem ??= $"{number} came after {_seen[topic]} under {message.Topic ?? "none, later"}";
        }

        _seen[topic] = number;
    }
}
