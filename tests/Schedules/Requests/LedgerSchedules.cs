using FireAndForget.Accounting;
using FireAndForget.Tests.Exploring;
using Xunit;

namespace FireAndForget.Tests.Requests;

/// <summary>What a ledger says of reports, which go from one count to the next: none is missed in between.</summary>
public sealed class LedgerSchedules
{
    /// <summary>
    /// A guest answers its own request, and the reply ends it: the worker settles, keeps the reply, delivers it, and reports that the
    /// next instance is being made.
    /// </summary>
    [Fact]
    public void IsReporting_FromTheFirstCountToTheLastReport_IsSeen() =>
        Explorer.ExploreAll(
            3,
            () =>
            {
                Ledger ledger = new();
                bool isReported = false;
                Threads.Run(
                    (
                        "worker",
                        () =>
                        {
                            ledger.IsSettling = true;
                            ledger.Add(Outcome.Handled, 1);
                            ledger.AddKeptReply();
                            ledger.IsSettling = false;
                            ledger.BeginReporting();
                            ledger.EndKeptReplies(1);
                            Volatile.Write(ref isReported, true);
                            ledger.EndReporting();
                        }
                    ),
                    (
                        "reader",
                        () =>
                        {
                            if (ledger.Settled == 1 && !ledger.IsReporting)
                            {
                                Expect.True(Volatile.Read(ref isReported), () => "It is not reported yet.");
                            }
                        }
                    )
                );
                Threads.EndChoices();
                Expect.True(!ledger.IsReporting, () => "Something is still to be told.");
            }
        );
}
