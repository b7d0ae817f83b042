using FireAndForget.Dispatching;
using FireAndForget.Mailboxes;
using FireAndForget.Routing;
using FireAndForget.Wording;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests.Routing;

/// <summary>
/// Walks the table of docs/validation.md: for each of its rows a send that fails that check and every one behind it gets the
/// row's reason. So the table cannot have a row too many, too few or in another place than the code.
/// </summary>
public sealed class OrderOfChecksTests
{
    private static readonly string[] AllChecks =
    [
        "the target is an id",
        "the host runs, and the sending endpoint was not removed",
        "the target is registered",
        "the target has not stopped",
        "capability: the sender may send to the target, and the target receives from the sender",
        "size: the message is no larger than the target takes",
        "codec: the message's prefix is well formed, where the target declares codecs",
        "codec: it is a declared one",
        "rate and quota of the sender",
        "room in the target's mailbox",
    ];

    private static readonly (string Check, SendStatus Reason)[] Table =
    [
        .. ValidationDocument
            .TableUnder("## The order of the checks")
            .Select(row =>
                (row[1], Enum.Parse<SendStatus>(row[2].Replace("-", "", StringComparison.Ordinal), ignoreCase: true))
            ),
    ];

    public static TheoryData<int> Rows => [.. Enumerable.Range(0, Table.Length)];

    [Fact]
    public void Table_OfTheDocument_HasEachCheckAndEachReason()
    {
        Assert.Equal(AllChecks.Order(), Table.Select(row => row.Check).Order());
        Assert.Equal(
            Enum.GetValues<SendStatus>().Where(status => status != SendStatus.Accepted),
            Table.Select(row => row.Reason).Distinct().Order()
        );
        Assert.Equal(SendStatus.Accepted, Send([]));
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Send_FailsThisCheckAndAllBehindIt_GetsItsReason(int row) =>
        Assert.Equal(Table[row].Reason, Send([.. Table[row..].Select(r => r.Check)]));

    [Theory]
    [MemberData(nameof(Rows))]
    public void Send_FailsThisCheckOnly_GetsItsReason(int row) =>
        Assert.Equal(Table[row].Reason, Send([Table[row].Check]));

    /// <summary>Sends once, with everything in order but these checks.</summary>
    private static SendStatus Send(HashSet<string> failing)
    {
        using Parts parts = new();
        bool Fails(int check) => failing.Contains(AllChecks[check]);
        Participant? target = Fails(2)
            ? null
            : parts.Add(
                "target",
                options: new()
                {
                    Codecs = [MessageCodec.Cbor],
                    MaxMessageBytes = Fails(5) ? 0 : 8,
                    ReceivesFrom = Fails(4) ? ["others/*"] : ["*"],
                    Mailbox = new() { Messages = 1 },
                }
            );
        SendAllowance allowance = SendAllowance.Create(new() { MessagesPerSecond = 1 }, new(), new FakeTimeProvider())!;
        Participant self = parts.Add("self", Fails(4) ? [] : ["target"], allowance: allowance);
        if (Fails(8))
        {
            Assert.True(allowance.TryTake(1));
        }

        if (Fails(9))
        {
            (target?.Target as Receiver)?.Mailbox.TryEnqueue(self.Number, [0x51]);
        }

        if (Fails(3))
        {
            (target?.Target as Receiver)?.Close("it is over");
        }

        if (Fails(1))
        {
            parts.Registry.Close();
        }

        byte[] message =
            Fails(6) ? [0x80]
            : Fails(7) ? [0x55]
            : [0x51];
        return new MessageSender(parts.Registry, self, parts.Events).Send(Fails(0) ? "No Id" : "target", message);
    }
}
