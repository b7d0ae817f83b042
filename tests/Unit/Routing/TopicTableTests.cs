using CsCheck;
using FireAndForget.Messages;
using FireAndForget.Routing;
using Xunit;

namespace FireAndForget.Tests.Routing;

/// <summary>Who subscribes to a topic, against a list in which each pattern of each subscriber is looked at.</summary>
public sealed class TopicTableTests
{
    private static readonly SenderDirectory Directory = new();

    [Fact]
    public void AnyHistory_AgreesWithANaiveList()
    {
        Gen<string> topic = Gen.Char["ab/"].Array[0, 3].Select(tail => "a" + new string(tail));
        Gen<string> pattern = Gen.Select(
            topic,
            Gen.Int[0, 4],
            Gen.Bool,
            (text, cut, star) => star ? text[..Math.Min(cut, text.Length)] + "*" : text
        );
        // What is done to one of four participants: 0 or 1, it is added or removed; 2 to 4, it gets other patterns; then a look.
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 3], pattern.Array[0, 4], topic)
            .Array[0, 60]
            .Sample(
                steps =>
                {
                    TopicTable table = new();
                    Participant[] all = [.. Enumerable.Range(0, 4).Select(i => Make($"p{i}"))];
                    List<Participant> registered = [];
                    Publication publication = new(new("aa"), all[0].NumberFor(new("aa")), table);
                    foreach ((int what, int who, string[] patterns, string looked) in steps)
                    {
                        Participant participant = all[who];
                        switch (what)
                        {
                            case 0 when !registered.Contains(participant):
                                table.Add(participant);
                                registered.Add(participant);
                                break;
                            case 1:
                                table.Remove(participant);
                                registered.Remove(participant);
                                break;
                            default:
                                table.Replace(participant, CapabilityPattern.ParseAll(patterns.Distinct()));
                                break;
                        }

                        Assert.Equal(Naively(registered, looked), table.Find(looked));
                        // One who keeps what it found sees every change, too.
                        Assert.Equal(Naively(registered, "aa"), publication.FindSubscribers());
                    }
                },
                iter: 2000
            );
    }

    [Fact]
    public void Add_AnotherUnderTheSameId_TakesItsPlaceAndTheOneBeforeGetsNothing()
    {
        TopicTable table = new();
        Participant before = Make("moving", "aa");
        Participant other = Make("other", "a*");
        Participant after = Make("moving", "aa");
        table.Add(before);
        table.Add(other);
        table.Add(after);

        Assert.Equal([after, other], table.Find("aa"));
        Assert.False(table.Contains(before));
        Assert.True(table.Contains(after));
        // Removing it later does not take the other one away.
        table.Remove(before);
        Assert.Equal([after, other], table.Find("aa"));
        table.Remove(after);
        Assert.Equal([other], table.Find("aa"));
    }

    [Fact]
    public void Version_NothingChanged_StaysTheSame()
    {
        TopicTable table = new();
        Participant one = Make("one");
        table.Add(one);
        table.Replace(one, CapabilityPattern.ParseAll(["news"]));
        int version = table.Version;

        table.Find("news");
        Participant other = Make("other");
        table.Add(other);
        table.Remove(other);

        Assert.Equal(version, table.Version);
    }

    [Fact]
    public void Find_TheLongestPrefixThatThereIs_IsFoundByTheLongestTopic()
    {
        string longest = new('a', MessageId.MaxLength);
        TopicTable table = new();
        Participant one = Make("one", longest + "*");
        table.Add(one);

        Assert.Equal([one], table.Find(longest));
        Assert.Empty(table.Find(longest[1..]));

        table.Remove(one);
        Assert.Empty(table.Find(longest));
    }

    /// <summary>Options may name a topic twice: it is one subscription, and ends as one.</summary>
    [Fact]
    public void Remove_WhoNamedATopicTwice_IsGone()
    {
        TopicTable table = new();
        Participant twice = Make("twice", "aa", "aa", "a*", "a*");
        table.Add(twice);
        Assert.Equal([twice], table.Find("aa"));

        table.Remove(twice);

        Assert.Empty(table.Find("aa"));
    }

    [Fact]
    public void FindSubscribers_AddedBeforeTheFirstPublish_IsFound()
    {
        TopicTable table = new();
        Publication publication = new(new("aa"), Directory.NumberOf("publisher", new("aa")), table);
        Participant one = Make("one", "aa");

        table.Add(one);

        Assert.Equal([one], publication.FindSubscribers());
    }

    private static IEnumerable<Participant> Naively(List<Participant> registered, string topic) =>
        registered.Where(p => p.SubscribesTo.Any(pattern => pattern.Matches(topic)));

    private static Participant Make(string id, params string[] subscribesTo) =>
        new(
            id,
            Directory.NumberOf(id),
            ["*"],
            new MessagingEndpointOptions { SubscribesTo = subscribesTo },
            allowance: null
        );
}
