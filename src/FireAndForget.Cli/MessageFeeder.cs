namespace FireAndForget.Cli;

/// <summary>
/// Sends the messages of all lines, in their order, on a thread of its own. It does not wait for room in mailboxes, unless asked
/// to. It waits while the output is not read.
/// </summary>
internal sealed class MessageFeeder : IDisposable
{
    private readonly string _name;
    private readonly LineReader _lines;
    private readonly MessageLineParser _parser;
    private readonly EventSubscription? _events;
    private readonly ReplyLines _replies;
    private readonly bool _waits;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _sending = new();
    private readonly TaskCompletionSource<CommandException?> _done = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private volatile bool _stopping;

    /// <summary>Creates a feeder, which is not started.</summary>
    /// <param name="name">The file's name, as errors show it.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="endpoints">Those that may send.</param>
    /// <param name="events">What tells of them; null: nobody does.</param>
    /// <param name="replies">Asks.</param>
    /// <param name="waits">Whether a message waits for room in its target's mailbox.</param>
    public MessageFeeder(
        string name,
        LineReader lines,
        IReadOnlyDictionary<string, MessagingEndpoint> endpoints,
        EventSubscription? events,
        ReplyLines replies,
        bool waits
    )
    {
        _events = events;
        _replies = replies;
        _waits = waits;
        _name = name;
        _lines = lines;
        _parser = new(endpoints);
    }

    /// <summary>A task that ends when all is sent; its result is the error, if there was one.</summary>
    public Task<CommandException?> Done => _done.Task;

    public void Start() => new Thread(Run) { IsBackground = true, Name = "faf messages" }.Start();

    /// <summary>Stops sending. When this returns nothing more is sent; the thread may go on waiting for a line.</summary>
    public void Stop()
    {
        _stopping = true;
        _stop.Cancel();
        lock (_sending)
        {
            // The lock was taken, so a send that had begun has ended.
        }
    }

    public void Dispose() => _stop.Dispose();

    private void Run()
    {
        try
        {
            while (!_stopping && _lines.TryRead(out ReadOnlySpan<byte> line))
            {
                if (_lines.Number == 1 && line.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
                {
                    line = line[3..];
                }

                if (!line.Trim(" \t\r"u8).IsEmpty)
                {
                    Send(_parser.Parse(line));
                }
            }

            _done.SetResult(null);
        }
        catch (MessageLineException e)
        {
            _done.SetResult(
                new(
                    ExitCode.WrongUsage,
                    $"{_name}, line {_lines.Number}: {e.Message}. Nothing was sent from this line on."
                )
            );
        }
        catch (Exception e)
        {
            _done.SetResult(
                new(ExitCode.Failed, $"{_name}: cannot be read further than line {_lines.Number}: {e.Message}")
            );
        }
    }

    private void Send(MessageLine line)
    {
        PreparedSender? sender = line is { IsTopic: false, Delay: null } ? line.Sender.Prepare(line.Target) : null;
        for (long sent = 0; sent < line.Repeat && !_stopping; sent++)
        {
            lock (_sending)
            {
                if (!_stopping)
                {
                    SendOne(line, sender);
                }
            }
        }
    }

    private void Ask(MessageLine line, TimeSpan timeout)
    {
        if (_waits)
        {
            _replies
                .AskWhenRoomAsync(line.Sender, line.Target, line.Bytes, timeout, _stop.Token)
                .GetAwaiter()
                .GetResult();
        }
        else
        {
            _replies.Ask(line.Sender, line.Target, line.Bytes.Span, timeout);
        }
    }

    private void SendLater(MessageLine line, TimeSpan delay)
    {
        if (_waits)
        {
            line.Sender.SendLaterAsync(line.Target, line.Bytes, delay, _stop.Token).AsTask().GetAwaiter().GetResult();
        }
        else
        {
            line.Sender.SendLater(line.Target, line.Bytes.Span, delay);
        }
    }

    private void SendOne(MessageLine line, PreparedSender? sender)
    {
        try
        {
            // A send with drop-oldest reports each message that it evicts, so it waits here for the output.
            if (_events is { IsFull: true })
            {
                _events.WaitForRoomAsync(_stop.Token).GetAwaiter().GetResult();
            }

            if (line.IsTopic)
            {
                // A subscriber without room does not get the message, also with --wait: sent again, the others would get it twice.
                line.Sender.Publish(line.Target, line.Bytes.Span);
            }
            else if (line.Delay is { } delay)
            {
                SendLater(line, delay);
            }
            else if (line.RequestTimeout is { } timeout)
            {
                _replies.WhenRoom().WaitAsync(_stop.Token).GetAwaiter().GetResult();
                Ask(line, timeout);
            }
            else if (_waits)
            {
                sender!.SendAsync(line.Bytes, _stop.Token).AsTask().GetAwaiter().GetResult();
            }
            else
            {
                sender!.Send(line.Bytes.Span);
            }
        }
        catch (OperationCanceledException)
        {
            // The run stops, and the message is not sent.
        }
    }
}
