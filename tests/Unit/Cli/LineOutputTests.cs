using FireAndForget.Cli;
using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary>An output that takes its time: writers wait for it, and for nothing once the bound is lifted or the output is gone.</summary>
public sealed class LineOutputTests : IDisposable
{
    private readonly SlowStream _stream = new();

    public void Dispose() => _stream.Dispose();

    [Fact]
    public async Task Write_MoreThanTheBound_WaitsUntilSomeIsTaken()
    {
        LineOutput output = new(_stream);
        output.Write(new byte[LineOutput.MostWaiting + 1]);
        Assert.False(output.WhenRoom().IsCompleted);
        Task writing = Task.Run(() => output.Write("x"u8), TestContext.Current.CancellationToken);
        Task room = output.WhenRoom();

        _stream.Open();

        await writing.WaitAsync(TestContext.Current.CancellationToken);
        await room.WaitAsync(TestContext.Current.CancellationToken);
        await output.CompleteAsync();
        Assert.Equal(LineOutput.MostWaiting + 2, _stream.Taken);
    }

    [Fact]
    public async Task LiftBound_WritersThatWait_GoOn()
    {
        LineOutput output = new(_stream);
        output.Write(new byte[LineOutput.MostWaiting + 1]);
        Task writing = Task.Run(() => output.Write(new byte[1]), TestContext.Current.CancellationToken);

        output.LiftBound();

        await writing.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(LineOutput.MostWaiting + 2, output.Waiting);
        _stream.Open();
        await output.CompleteAsync();
    }

    [Fact]
    public async Task Write_OutputThatIsGone_IsDropped()
    {
        _stream.IsBroken = true;
        LineOutput output = new(_stream);
        output.Write(new byte[LineOutput.MostWaiting + 1]);
        _stream.Open();
        await Assert.ThrowsAsync<IOException>(() => output.Completion);

        output.Write(new byte[LineOutput.MostWaiting + 1]);
        output.Write("x"u8);

        await output.WhenRoom();
        await Assert.ThrowsAsync<IOException>(output.CompleteAsync);
    }

    /// <summary>Takes nothing until it is opened.</summary>
    private sealed class SlowStream : MemoryStream
    {
        private readonly ManualResetEventSlim _open = new();

        public bool IsBroken { get; set; }

        public long Taken { get; private set; }

        public void Open() => _open.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _open.Wait();
            if (IsBroken)
            {
                throw new IOException("It is gone.");
            }

            Taken += buffer.Length;
        }

        protected override void Dispose(bool disposing)
        {
            _open.Dispose();
            base.Dispose(disposing);
        }
    }
}
