using FireAndForget.Mailboxes;
using Xunit;

namespace FireAndForget.Tests.Options;

/// <summary>Options that are refused where they are given, with the name, the value and what it may be.</summary>
public class CheckTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(MailboxOptions.MaxMessages)]
    public void Range_LeastAndMost_AreTaken(int messages) =>
        Assert.Equal(messages, new MailboxOptions { Messages = messages }.Messages);

    [Theory]
    [InlineData(0)]
    [InlineData(MailboxOptions.MaxMessages + 1)]
    public void Range_Outside_ThrowsWithNameValueAndRange(int messages)
    {
        ArgumentOutOfRangeException e = Assert.Throws<ArgumentOutOfRangeException>(
            "Messages",
            () => new MailboxOptions { Messages = messages }
        );
        Assert.Equal(messages, e.ActualValue);
        Assert.StartsWith("Messages is 1 to 16777216 messages.", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TimeSpan.TicksPerMillisecond)]
    [InlineData(365 * TimeSpan.TicksPerDay)]
    public void Time_LeastAndMost_AreTaken(long ticks) =>
        Assert.Equal(TimeSpan.FromTicks(ticks), new QuotaOptions { Window = new(ticks) }.Window);

    [Theory]
    [InlineData(TimeSpan.TicksPerMillisecond - 1)]
    [InlineData(365 * TimeSpan.TicksPerDay + 1)]
    public void Time_Outside_ThrowsWithNameValueAndRange(long ticks)
    {
        ArgumentOutOfRangeException e = Assert.Throws<ArgumentOutOfRangeException>(
            "Window",
            () => new QuotaOptions { Window = new(ticks) }
        );
        Assert.Equal(new TimeSpan(ticks), e.ActualValue);
        Assert.StartsWith(
            "Window is a time from 00:00:00.0010000 to 365.00:00:00.",
            e.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Defined_OneOfTheEnumeration_IsTaken() =>
        Assert.Equal(
            OverflowPolicy.DropOldest,
            new MailboxOptions { OverflowPolicy = OverflowPolicy.DropOldest }.OverflowPolicy
        );

    [Fact]
    public void Defined_AnotherNumber_ThrowsWithTheNamesThereAre()
    {
        ArgumentOutOfRangeException e = Assert.Throws<ArgumentOutOfRangeException>(
            "OverflowPolicy",
            () => new MailboxOptions { OverflowPolicy = (OverflowPolicy)2 }
        );
        Assert.Equal((OverflowPolicy)2, e.ActualValue);
        Assert.StartsWith("OverflowPolicy is one of Refuse, DropOldest.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NotNull_Null_ThrowsWithTheName() =>
        Assert.Throws<ArgumentNullException>("Mailbox", () => new MessagingEndpointOptions { Mailbox = null! });

    [Fact]
    public void NotNull_Value_IsTaken()
    {
        MailboxOptions mailbox = new();
        Assert.Same(mailbox, new MessagingEndpointOptions { Mailbox = mailbox }.Mailbox);
    }
}
