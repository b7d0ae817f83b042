// What everything that asks and is answered is to the harness.

using FireAndForget.Measuring;

namespace FireAndForget.Peers.Conversations;

/// <summary>Asks, FireAndForget or an alternative, and checks each answer.</summary>
internal abstract class Asker : IAsyncDisposable
{
    /// <summary>The length of a request and of its answer in bytes.</summary>
    public const int MessageBytes = 16;

    /// <summary>How many requests are open at once where it is not one.</summary>
    public const int MostOpen = 64;

    /// <summary>What a request is given, where the asker can give it any. Nothing here takes so long.</summary>
    protected static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>As the document calls it.</summary>
    public abstract string Name { get; }

    /// <summary>The request. Who asks may use it again at once, so each request is a copy.</summary>
    protected byte[] Message { get; } = Payload.Of(MessageBytes);

    /// <summary>Gets ready.</summary>
    public abstract Task StartAsync();

    /// <summary>Asks, and waits for the answers, again and again.</summary>
    /// <param name="laps">How often.</param>
    /// <param name="open">How many requests it has open at once each time.</param>
    /// <exception cref="MeasurementException">A request was not answered with itself.</exception>
    public abstract Task AskAsync(int laps, int open);

    public abstract ValueTask DisposeAsync();

    /// <summary>Checks an answer.</summary>
    protected void Check(ReadOnlySpan<byte> answer)
    {
        if (!answer.SequenceEqual(Message))
        {
            throw new MeasurementException($"{Name}: an answer is not the request, but {Convert.ToHexString(answer)}.");
        }
    }
}

/// <summary>One whose answers are tasks.</summary>
internal abstract class TaskAsker : Asker
{
    private readonly Task<byte[]>[] _answers = new Task<byte[]>[MostOpen];

    public override async Task AskAsync(int laps, int open)
    {
        for (int lap = 0; lap < laps; lap++)
        {
            for (int i = 0; i < open; i++)
            {
                _answers[i] = Ask(Message);
            }

            for (int i = 0; i < open; i++)
            {
                Check(await _answers[i].ConfigureAwait(false));
            }
        }
    }

    /// <summary>Asks once, with a copy of the message.</summary>
    protected abstract Task<byte[]> Ask(byte[] message);
}
