using FireAndForget.Mailboxes;
using FireAndForget.Messages;
using FireAndForget.Routing;
using Xunit;

namespace FireAndForget.Tests.Routing;

/// <summary>
/// How often the directory looks through the mailboxes for numbers that nobody needs: each look costs as much as there are ids and
/// messages, so it must be spread over as many new ids.
/// </summary>
public sealed class SenderDirectoryCostTests : IDisposable
{
    private const int Ids = 1000;

    private readonly LockedMailbox _mailbox = new(MailboxOptions.Unbounded, (_, _, _) => null);
    private readonly SenderDirectory _directory;

    /// <summary>What the garbage collector is not to give back.</summary>
    private readonly List<SenderNumber> _held = [];
    private int _looks;

    public SenderDirectoryCostTests() => _directory = new(Mailboxes);

    public void Dispose()
    {
        _mailbox.Close();
        while (_mailbox.TryLook(0, out _, out _))
        {
            _mailbox.Release(1);
        }

        _mailbox.Dispose();
    }

    [Fact]
    public void NumberOf_OneIdAgainAndAgain_NeverLooks()
    {
        for (int i = 0; i < Ids; i++)
        {
            HoldAndGiveBack("same");
        }

        Assert.Equal(0, _looks);
        Assert.Equal(1, _directory.Count);
    }

    [Fact]
    public void NumberOf_NewIdsBesideFewOthers_LooksOnceForAFewOfThem()
    {
        HoldAndGiveBackMany();

        Assert.InRange(_looks, Ids / 100, Ids / 64);
    }

    [Fact]
    public void NumberOf_NewIdsBesideManyThatAreHeld_LooksOnceForAsMany()
    {
        for (int i = 0; i < Ids; i++)
        {
            Hold($"held-{i}");
        }

        HoldAndGiveBackMany();

        Assert.Equal(1, _looks);
    }

    [Fact]
    public void NumberOf_NewIdsBesideManyMessages_LooksOnceForManyOfThem()
    {
        uint sender = Hold("sender");
        for (int i = 0; i < 64 * Ids; i++)
        {
            _mailbox.TryEnqueue(sender, [1]);
        }

        HoldAndGiveBackMany();

        Assert.Equal(1, _looks);
        Assert.Equal("sender", _directory.IdOf(sender));
    }

    /// <summary>A publisher's number tells its topic too, and its messages are told from those that it sends.</summary>
    [Fact]
    public void NumberOf_AnIdAndItsTopics_AreNumbersOfTheSameId()
    {
        uint other = Hold("other");
        uint plain = Hold("publisher");
        uint news = Hold("publisher", new TopicName("news"));
        uint weather = Hold("publisher", new TopicName("weather"));

        Assert.Equal(4, new[] { other, plain, news, weather }.Select(SenderDirectory.Index).Distinct().Count());
        Assert.All([plain, news, weather], number => Assert.Equal("publisher", _directory.IdOf(number)));
        Assert.Equal([false, true, true], new[] { plain, news, weather }.Select(MessageOrigin.HasTopic));
        Assert.Equal(["news", "weather"], new[] { news, weather }.Select(number => _directory.TopicOf(number).Text));
        Assert.Equal(news, Hold("publisher", new TopicName("news")));
    }

    private Mailbox[] Mailboxes()
    {
        _looks++;
        return [_mailbox];
    }

    private void HoldAndGiveBackMany()
    {
        for (int i = 0; i < Ids; i++)
        {
            HoldAndGiveBack($"new-{i}");
        }
    }

    private void HoldAndGiveBack(string id) => _directory.GiveBack(Hold(id));

    private uint Hold(string id, TopicName? topic = null)
    {
        SenderNumber number = _directory.NumberOf(id, topic);
        _held.Add(number);
        return number.Value;
    }
}
