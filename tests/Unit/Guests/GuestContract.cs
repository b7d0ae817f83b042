using System.Text;
using FireAndForget.Guests;
using FireAndForget.Guests.Instances;
using FireAndForget.Mailboxes;
using Xunit;

namespace FireAndForget.Tests.Guests;

/// <summary>
/// One instance of a guest, fed by hand: what each runtime has to do. The guest rejects a message that does not start with 0, and
/// traps where it starts with FF.
/// </summary>
public abstract class GuestContract : IDisposable
{
    private readonly GuestLoader _loader;
    private readonly Host _host = new();
    private readonly RingMailbox _mailbox = new(new());
    private readonly GuestCode _code;
    private readonly Guest _guest;

    private protected GuestContract(string text, bool prefersComponentApi)
    {
        _loader = new() { PrefersComponentApi = prefersComponentApi };
        _code = _loader.Load(ComponentSource.FromText(text));
        _guest = _code.Instantiate(_host, new());
    }

    private protected GuestCode Code => _code;

    /// <summary>What the guest answers to a message that starts so.</summary>
    protected abstract int AnswerTo(byte first);

    public void Dispose()
    {
        _guest.Dispose();
        _loader.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Deliver_ABatch_CountsAnswersAndRejections()
    {
        Send(0, 5, 0, 6);

        Delivery delivery = _guest.Deliver(_mailbox, 100);

        Assert.Equal(new Delivery(4, 2, null), delivery);
        Assert.Equal(
            [0, AnswerTo(5), 0, AnswerTo(6)],
            Enumerable.Range(0, 4).Select(i => _guest.Answer(i, out _, out _))
        );
        Assert.Equal(4, _mailbox.Count);
    }

    [Fact]
    public void Deliver_LessThanThereIs_StopsAtTheQuota()
    {
        Send(0, 0, 0);

        Assert.Equal(2, _guest.Deliver(_mailbox, 2).Answered);
    }

    [Fact]
    public void Deliver_NothingThere_DoesNothing() => Assert.Equal(default, _guest.Deliver(_mailbox, 10));

    [Fact]
    public void Deliver_ATrapInTheMiddle_NamesTheMessageAtHand()
    {
        Send(0, 9, 0xFF, 0);

        Delivery delivery = _guest.Deliver(_mailbox, 10);

        Assert.Equal((2, 1, Outcome.Trapped), (delivery.Answered, delivery.Rejected, delivery.Fault!.Outcome));
    }

    /// <summary>A tick is seen when the next batch begins, while the tray still holds the place of the last one.</summary>
    [Fact]
    public void Deliver_InterruptedBeforeItsFirstMessage_HasAnsweredNone()
    {
        Send(0, 0, 0);
        Assert.Equal(3, _guest.Deliver(_mailbox, 10).Answered);
        _mailbox.Release(3);
        _host.IsAborting = true;
        _loader.Engine.IncrementEpoch();
        Send(0);

        Delivery delivery = _guest.Deliver(_mailbox, 10);

        Assert.Equal((0, Outcome.Undeliverable), (delivery.Answered, delivery.Fault?.Outcome));
    }

    /// <summary>Beside one that burns its budget, each other would have one message in its turn.</summary>
    [Fact]
    public void Deliver_ATickCameWhileOthersRan_DoesNotEndTheBatch()
    {
        Send(0);
        Assert.Equal(1, _guest.Deliver(_mailbox, 10).Answered);
        _mailbox.Release(1);
        _loader.Engine.IncrementEpoch();
        Send(0, 0, 0);

        Assert.Equal(3, _guest.Deliver(_mailbox, 10).Answered);
    }

    /// <summary>What was accepted after it was replaced is for another one.</summary>
    [Fact]
    public void Deliver_WhereItIsReplaced_DeliversNone()
    {
        Send(0, 0);
        _host.IsReplaced = true;

        Assert.Equal(default, _guest.Deliver(_mailbox, 10));
    }

    /// <summary>What is observed of a sampled message is its handling alone.</summary>
    [Fact]
    public void Deliver_ASampleAmongOthers_IsABatchOfItsOwn()
    {
        Send(0);
        Assert.Equal(SendStatus.Accepted, _mailbox.TryEnqueue(0x8000_0000, [0]));
        Send(0);

        int[] batches = [.. Enumerable.Range(0, 3).Select(_ => DeliverAndRelease())];

        Assert.Equal([1, 1, 1], batches);
    }

    /// <summary>No code of a guest with many parts may run while they are made: the host looks between them.</summary>
    [Fact]
    public void Instantiate_WhereTheHostStops_Ends()
    {
        _host.IsAborting = true;

        ObjectDisposedException e = Assert.Throws<ObjectDisposedException>(() => _code.Instantiate(_host, new()));

        Assert.Contains("The host is stopping", e.Message, StringComparison.Ordinal);
    }

    /// <summary>How many ticks met the guest in its last turn.</summary>
    private protected long TicksMet => _guest.TicksMet;

    /// <summary>A tick, which the host counts.</summary>
    private protected void Tick()
    {
        _loader.Engine.IncrementEpoch();
        _host.Ticks++;
    }

    private protected int DeliverAndRelease()
    {
        int answered = _guest.Deliver(_mailbox, 512).Answered;
        _mailbox.Release(answered);
        return answered;
    }

    private protected void SendFrom(uint sender) => Assert.Equal(SendStatus.Accepted, _mailbox.TryEnqueue(sender, [0]));

    private void Send(params byte[] firstBytes)
    {
        foreach (byte first in firstBytes)
        {
            Assert.Equal(SendStatus.Accepted, _mailbox.TryEnqueue(0, [first]));
        }
    }

    private sealed class Host : IGuestHost
    {
        private readonly byte[][] _ids =
        [
            .. Enumerable.Range(0, 300).Select(i => Encoding.ASCII.GetBytes($"sender{i}")),
        ];

        public bool IsAborting { get; set; }

        public bool IsReplaced { get; set; }

        public long Ticks { get; set; }

        public BatchConditions Conditions => new(IsReplaced, SenderVersion: 0, Ticks);

        public ReadOnlySpan<byte> SelfId => "self"u8;

        public ReadOnlySpan<byte> IdOf(uint sender) => _ids[sender & 0xFFFF];

        public SendStatus? Send(ReadOnlySpan<byte> target, ReadOnlySpan<byte> message) => SendStatus.Accepted;
    }
}
