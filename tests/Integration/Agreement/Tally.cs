using Xunit;

namespace FireAndForget.Tests.Agreement;

/// <summary>Counts what a test compares. The test's output says it at the end, and the sum of all tests so far.</summary>
internal sealed class Tally : IDisposable
{
    private static long _allMessages;
    private static long _allPlays;

    private long _messages;
    private long _plays;

    /// <inheritdoc cref="Stage.Compare"/>
    public Account Compare(Play play)
    {
        Account account = Stage.Compare(play);
        Count(account);
        return account;
    }

    /// <summary>Counts a play that both runtimes had, and showed the same.</summary>
    public void Count(Account account)
    {
        Interlocked.Increment(ref _plays);
        Interlocked.Add(ref _messages, account.Accepted);
    }

    public void Dispose()
    {
        long plays = Interlocked.Add(ref _allPlays, _plays);
        long messages = Interlocked.Add(ref _allMessages, _messages);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"messages: {_messages}, plays: {_plays}; with the tests before: {messages}, {plays}"
        );
    }
}
