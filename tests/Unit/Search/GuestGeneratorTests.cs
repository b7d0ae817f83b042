using System.Text;
using FireAndForget.Guests.Compiling;
using FireAndForget.Tests.Fuzz.Areas;
using FireAndForget.Tests.Fuzz.Generation;
using FireAndForget.Tests.Fuzz.Mutation;
using FireAndForget.Tests.Fuzz.Running;
using Xunit;

namespace FireAndForget.Tests.Search;

/// <summary>Generated guests are the same for the same numbers, and sound: what a search makes of rubbish finds nothing.</summary>
public class GuestGeneratorTests
{
    private const int Guests = 60;

    private static readonly ComponentOptions Roomy = new()
    {
        Limits = new() { MessageTimeout = TimeSpan.Zero, LoadTimeout = TimeSpan.Zero },
        Restart = new() { Max = 100 },
    };

    [Fact]
    public void Make_SameNumbers_IsTheSameGuest() =>
        Assert.All(Enumerable.Range(0, Guests), i => Assert.Equal(Make(i), Make(i)));

    [Fact]
    public void Make_OtherNumbers_IsAnotherGuest() =>
        Assert.Equal(Guests, Enumerable.Range(0, Guests).Select(i => Make(i).Text).Distinct().Count());

    /// <summary>All load that have to, which are nearly all, and most of their functions come to an end without a trap.</summary>
    [Fact]
    public async Task Make_AnyGuest_IsLoadedWhereItIsHostableAndHandlesMessages()
    {
        GeneratedGuest[] guests = [.. Enumerable.Range(0, Guests).Select(Make)];
        await using MessagingHost host = new(new() { Workers = 0, CompileCache = null });
        MessagingEndpoint sender = host.AddEndpoint("sender");

        Assert.All(guests, (guest, i) => Play(guest, $"guest-{i}", host, sender));

        Assert.InRange(guests.Count(guest => guest.IsHostable), Guests * 9 / 10, Guests);
        long ended = host.Statistics.Handled + host.Statistics.Rejected;
        Assert.InRange(ended, host.Statistics.Accepted / 2, host.Statistics.Accepted);
    }

    /// <summary>Each is there in some guest, so none was lost to a change of the generator.</summary>
    [Theory]
    [InlineData("(rec ")]
    [InlineData("(sub final $")]
    [InlineData("(struct.new ")]
    [InlineData("(array.new_data ")]
    [InlineData("(ref.i31 ")]
    [InlineData("(br_on_cast ")]
    [InlineData("(ref.cast ")]
    [InlineData("(call_ref ")]
    [InlineData("(return_call")]
    [InlineData("(try_table ")]
    [InlineData("(catch_all_ref ")]
    [InlineData("(throw_ref ")]
    [InlineData(".relaxed_")]
    [InlineData("(i8x16.shuffle ")]
    [InlineData("(memory.copy ")]
    [InlineData("(table.fill ")]
    [InlineData("(table $t0 i64 ")]
    [InlineData("(memory $m0 i64 ")]
    [InlineData("(import \"provider\" \"pe0\" (tag ")]
    [InlineData("(import \"provider\" \"pt0\" (table ")]
    [InlineData("(import \"provider\" \"pg0\" (global ")]
    [InlineData("(canon resource.new ")]
    [InlineData("string-encoding=utf16")]
    [InlineData("(component $inner ")]
    [InlineData("(flags ")]
    public void Make_ManyGuests_UseEachProposal(string sign) =>
        Assert.Contains(Enumerable.Range(0, 300), i => Make(i).Text.Contains(sign, StringComparison.Ordinal));

    [Fact]
    public void Make_ManyGuests_AreForBothRuntimes()
    {
        GuestRuntime[] runtimes =
        [
            .. Enumerable
                .Range(0, Guests)
                .Select(i => ComponentInspection.Of(ComponentSource.FromText(Make(i).Text)))
                .Where(inspection => inspection.IsComponent)
                .Select(inspection => inspection.Runtime),
        ];

        Assert.InRange(runtimes.Count(runtime => runtime == GuestRuntime.Direct), Guests / 10, Guests);
        Assert.InRange(runtimes.Count(runtime => runtime == GuestRuntime.ComponentApi), Guests / 5, Guests);
    }

    [Fact]
    public void Input_AreaThatGenerates_EveryOtherOneIsAsItWasMade()
    {
        InputMaker inputs = new(
            1,
            "proposals",
            [
                [1],
            ],
            random => Encoding.UTF8.GetBytes($"({random.Next()})")
        );

        Assert.Equal([1], inputs.Input(0));
        Assert.All(
            Enumerable.Range(1, 100).Where(i => inputs.IsWhole(i)),
            i => Assert.Matches(@"^\([0-9]+\)$", Encoding.UTF8.GetString(inputs.Input(i)))
        );
        Assert.Equal(50, Enumerable.Range(1, 100).Count(i => inputs.IsWhole(i)));
    }

    [Fact]
    public void Lines_AreaThatGenerates_SaysHowManyWereTaken()
    {
        AreaResult result = new("proposals", 2, 1200, 800, 0) { Generated = 1000, GeneratedTaken = 990 };

        Assert.Contains(
            "proposals: 990 of 1,000 generated inputs that were not damaged were taken.",
            FuzzSummary.Lines(new(), [result])
        );
    }

    [Fact]
    public void Run_GeneratedGuestsAndWhatBecomesOfThem_WithoutAFinding()
    {
        using FuzzArea area = new ProposalArea();
        InputMaker inputs = area.Inputs(1);

        bool[] taken = [.. Enumerable.Range(0, 40).Select(i => area.Run(inputs.Input(i)))];

        Assert.Contains(true, taken);
        Assert.Contains(false, taken);
    }

    private static GeneratedGuest Make(int index) => GuestGenerator.Make(Randomness.For(1, "proposals", index));

    private static void Play(GeneratedGuest guest, string id, MessagingHost host, MessagingEndpoint sender)
    {
        string? refusal = null;
        try
        {
            Component component = host.AddComponent(id, ComponentSource.FromText(guest.Text), Roomy);
            for (int i = 0; i < 8; i++)
            {
                sender.Send(id, [(byte)(1 << i), 2, 3]);
                host.Pump();
            }

            component.Remove();
            host.Pump();
        }
        catch (ComponentLoadException e)
        {
            refusal = e.Message;
        }

        Assert.True(guest.IsHostable == refusal is null, $"{refusal}\n{guest.Text}");
    }
}
