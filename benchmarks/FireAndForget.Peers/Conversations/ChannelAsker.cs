// Channel<T> with a TaskCompletionSource in each request, a thread that reads: what a .NET developer would write without a sandbox. No
// request has a time within which it is to be answered.

using System.Threading.Channels;

namespace FireAndForget.Peers.Conversations;

internal sealed class ChannelAsker : TaskAsker
{
    private const int Capacity = 1024;

    private readonly Channel<Question> _channel = Channel.CreateBounded<Question>(
        new BoundedChannelOptions(Capacity) { SingleReader = true }
    );
    private readonly CancellationTokenSource _stop = new();
    private Thread? _reader;

    public override string Name => Reporting.Names.RequestChannel;

    public override Task StartAsync()
    {
        _reader = new(Read) { IsBackground = true };
        _reader.Start();
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        _stop.Cancel();
        _reader?.Join();
        _stop.Dispose();
        return ValueTask.CompletedTask;
    }

    protected override Task<byte[]> Ask(byte[] message)
    {
        // Who asks goes on in a thread of its own, and not in the reader's.
        TaskCompletionSource<byte[]> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Question question = new(message.AsSpan().ToArray(), answer);
        SpinWait spin = default;
        while (!_channel.Writer.TryWrite(question))
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        return answer.Task;
    }

    // Spins as a worker does, and sleeps between the rounds so that it leaves its core to the others.
    private void Read()
    {
        SpinWait spin = default;
        while (!_stop.IsCancellationRequested)
        {
            if (_channel.Reader.TryRead(out Question question))
            {
                question.Answer.SetResult(question.Message.AsSpan().ToArray());
                spin = default;
            }
            else
            {
                spin.SpinOnce(sleep1Threshold: 5_000);
            }
        }
    }

    private readonly record struct Question(byte[] Message, TaskCompletionSource<byte[]> Answer);
}
