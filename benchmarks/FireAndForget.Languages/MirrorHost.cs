// One mirror on one runtime, in a host of its own without threads: each message is sent, handled and answered before the next.

using System.Diagnostics;
using FireAndForget.Guests.Compiling;
using FireAndForget.Measuring;
using FireAndForget.Wording;

namespace FireAndForget.Languages;

internal sealed class MirrorHost : IAsyncDisposable
{
    private readonly CountingLogger _logger = new();
    private readonly MessagingHost _host;
    private readonly Component _mirror;
    private readonly PreparedSender _sender;
    private readonly byte[] _message;
    private long _sent;
    private long _answers;
    private int _answerLength;

    public MirrorHost(string file, GuestRuntime runtime, int payloadBytes, string cache)
    {
        _host = new(
            new()
            {
                Workers = 0,
                StopTimeout = TimeSpan.Zero,
                Logger = _logger,
                CompileCache = new() { Folder = cache },
                PrefersComponentApi = runtime == GuestRuntime.ComponentApi,
            }
        );
        _message = Payload.Of(payloadBytes);
        MessagingEndpoint client = _host.AddEndpoint(
            "client",
            answer =>
            {
                _answers++;
                _answerLength = answer.Bytes.Length;
            }
        );
        _mirror = _host.AddComponent(
            "mirror",
            ComponentSource.FromFile(Mirrors.PathOf(file)),
            new() { SendsTo = ["client"] }
        );
        _sender = client.Prepare("mirror");
    }

    /// <summary>The lines that were logged.</summary>
    public long Lines => _logger.Lines;

    /// <summary>The time of a message and its answer in nanoseconds.</summary>
    public double Round(int messages)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < messages; i++)
        {
            if (_sender.Send(_message) != SendStatus.Accepted)
            {
                throw new MeasurementException("A message was refused.");
            }

            _host.Pump();
        }

        double time = Stopwatch.GetElapsedTime(start).TotalNanoseconds / messages;
        _sent += messages;
        return time;
    }

    /// <exception cref="MeasurementException">A message was not handled or not answered.</exception>
    public void Check(string name)
    {
        MessageStatistics statistics = _mirror.Statistics;
        if (statistics.Handled != _sent || _answers != _sent || _answerLength != _message.Length)
        {
            throw new MeasurementException($"{name}: of {_sent} messages {_answers} were answered: {statistics}");
        }
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
