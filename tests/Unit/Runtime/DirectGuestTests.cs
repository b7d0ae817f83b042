using System.Text;
using FireAndForget.Guests;
using FireAndForget.Mailboxes;
using Xunit;

namespace FireAndForget.Tests.Runtime;

/// <summary>One instance of a guest, fed by hand.</summary>
public sealed class DirectGuestTests : IDisposable
{
    /// <summary>Rejects with the first byte, and traps where it is FF.</summary>
    private const string Answering = """
        (module
          (memory (export "memory") 2)
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
          (func (export "handle-message") (param i32 i32 i32 i32) (result i32)
            (if (i32.eq (i32.load8_u (local.get 2)) (i32.const 0xFF)) (then (unreachable)))
            (i32.load8_u (local.get 2))))
        """;

    private readonly GuestLoader _loader = new();
    private readonly Host _host = new();
    private readonly RingMailbox _mailbox = new(new());
    private readonly Guest _guest;

    public DirectGuestTests() => _guest = _loader.Load(ComponentSource.FromText(Answering)).Instantiate(_host, new());

    public void Dispose()
    {
        _guest.Dispose();
        _loader.Dispose();
    }

    [Fact]
    public void Deliver_ABatch_CountsAnswersAndRejections()
    {
        Send(0, 5, 0, 6);

        Delivery delivery = _guest.Deliver(_mailbox, 100);

        Assert.Equal(new Delivery(4, 2, null), delivery);
        Assert.Equal([0, 5, 0, 6], Enumerable.Range(0, 4).Select(i => _guest.Answer(i, out _, out _)));
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

    [Fact]
    public void Deliver_MoreSendersThanPlaces_EndsTheBatchBeforeAPlaceIsNeededTwice()
    {
        for (uint sender = 0; sender < 300; sender++)
        {
            _mailbox.TryEnqueue(sender, [0]);
        }

        int first = _guest.Deliver(_mailbox, 512).Answered;
        _mailbox.Release(first);
        int second = _guest.Deliver(_mailbox, 512).Answered;

        Assert.Equal((256, 44), (first, second));
    }

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

        public ReadOnlySpan<byte> SelfId => "self"u8;

        public ReadOnlySpan<byte> IdOf(uint sender) => _ids[sender];

        public SendStatus? Send(ReadOnlySpan<byte> target, ReadOnlySpan<byte> message) => SendStatus.Accepted;
    }
}
